/** A message whose SHA-256 is wanted. */
export type HashJob = {
	/** bytes */
	readonly length: number;
	/** The next bytes of the message, which stand until the next call; all but the last are whole blocks of 64. Undefined when the rest can not be had. */
	next(): Uint8Array | undefined;
	/** Takes the digest, valid during the call; undefined when `next` gave nothing. */
	end(digest: Uint8Array | undefined): void;
};
