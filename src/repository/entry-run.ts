/**
Entries of one directory in a row, in the order of their names, as the kernel describes them: each takes `entrySlot.bytes`, in which a `struct statx` (linux/stat.h) begins at `status` and
the name, ended by a zero byte, at `name`. `at` is where the first begins in `bytes`, which may be written to again when the call is over that was given this.
None of them has extended attributes.
*/
export type EntryRun = {readonly bytes: Uint8Array; readonly at: number; readonly count: number};

export const entrySlot = {status: 16, name: 272, bytes: 528} as const;

/** Who owns an entry, and what they are called here. */
export type EntryOwner = {uid: number; gid: number; user: string | undefined; group: string | undefined};
