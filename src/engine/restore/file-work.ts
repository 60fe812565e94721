import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {KeptMetadata} from './kept-metadata.ts';

/** A file being restored. */
export type FileWork = {
	place: DirectoryPlace;
	node: KeptMetadata;
	/** bytes, by its blobs */
	size: number;
	/** Nothing but holes so far, so that zeros need not be written. */
	fresh: boolean;
	/** `waiting`: not begun. `open`: exists in the target as ours. `failed`: given up; what arrives for it is dropped. */
	state: 'waiting' | 'open' | 'failed';
	/** Jobs not yet done, plus one while more are being planned. */
	pending: number;
	/** Blobs that a thread is about to write; its descriptor stays open meanwhile. */
	lent: number;
	/** Where the last byte written so far ends. */
	end: number;
	/** Its open file, or -1. */
	fd: number;
};
