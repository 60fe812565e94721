/** How a repository's files are cut; all sizes in bytes. */
export type ChunkerGeometry = RabinGeometry | FixedSizeGeometry | FastGeometry | UnknownGeometry;

export type RabinGeometry = {
	kind: 'Rabin';
	minSize: number;
	/** A power of two: the mean distance of cuts beyond `minSize`. */
	averageSize: number;
	maxSize: number;
};

/** rustic's alternative for repositories of disk images. */
export type FixedSizeGeometry = {kind: 'FixedSize'; size: number};

/** What restic always uses and everyone uses by default. */
export const resticGeometry: RabinGeometry = {kind: 'Rabin', minSize: 512 * 1024, averageSize: 1024 * 1024, maxSize: 8 * 1024 * 1024};

/** Ours, for repositories that we made: see fast-chunker.ts. */
export type FastGeometry = {
	kind: 'Fast';
	/** Lowercase hex, 32 bytes. */
	seed: string;
};

export const fastSizes = {minSize: 512 * 1024, maxSize: 4 * 1024 * 1024} as const;

/** One of ours that a later version brought: the repository can be read, but not written to. */
export type UnknownGeometry = {kind: 'Unknown'; what: string};
