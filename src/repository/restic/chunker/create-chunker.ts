import {FixedSizeChunker} from './fixed-size-chunker.ts';
import {RabinChunker} from './rabin-chunker.ts';
import type {Chunker} from './chunker.ts';
import type {ChunkerGeometry} from './chunker-geometry.ts';

/** The chunker a repository's config asks for. It owns `maxSize` + 512 KiB of memory: one per thread that reads files. */
export function createChunker(config: {polynomial: bigint; chunker: ChunkerGeometry}): Chunker {
	const {polynomial, chunker} = config;
	return chunker.kind === 'Rabin' ? new RabinChunker(polynomial, chunker) : new FixedSizeChunker(chunker.size);
}
