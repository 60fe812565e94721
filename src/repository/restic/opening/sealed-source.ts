/** Fills `into` with stored bytes, of which `from` says where they begin; false when they can not be had. */
export type SealedSource = (into: Uint8Array, from: number) => boolean;

/** Stays in a core's own cache from the first pass over it to the last. */
export const windowBytes = 256 * 1024;
