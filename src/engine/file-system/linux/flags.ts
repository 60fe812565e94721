import {constants} from 'node:fs';

const {O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK} = constants;

// Node does not name these; the values are the same on all architectures Node runs on (Linux' asm-generic/fcntl.h).
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;

/** How the engine opens things. Never through a link, never waiting for the other end of a FIFO, never becoming a child's. */
export const openFlags = {
	directory: O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	/** The root alone may be named through links: its path is the administrator's. */
	root: O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC,
	file: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	/** Added where it is allowed, so that reading leaves no access time behind: the file's owner and CAP_FOWNER only. */
	unmarked: constants.O_NOATIME,
	create: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	update: O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	/** For looking up names in it, whether or not it may be read. */
	place: O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
	entry: O_PATH | O_NOFOLLOW | O_CLOEXEC,
} as const;

/** Flags of the `*at` calls (linux/fcntl.h). */
export const atFlags = {
	workingDirectory: -100,
	noFollow: 0x100,
	removeDirectory: 0x200,
	emptyPath: 0x1000,
} as const;
