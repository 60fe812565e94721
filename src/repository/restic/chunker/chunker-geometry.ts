/** How a repository's files are cut; all sizes in bytes. */
export type ChunkerGeometry = RabinGeometry | FixedSizeGeometry;

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
