import {LazaretteError} from '../../../base/errors.ts';
import {FastChunker} from './fast-chunker.ts';
import {FixedSizeChunker} from './fixed-size-chunker.ts';
import {RabinChunker} from './rabin-chunker.ts';
import type {Chunker} from './chunker.ts';
import type {ChunkerGeometry} from './chunker-geometry.ts';

/**
The chunker a repository's config asks for. It owns `maxSize` + 512 KiB of memory: one per thread that reads files.
@throws UnsupportedVersion for one that only a later version knows: files cut in another way would not be recognised as stored already
*/
export function createChunker({polynomial, chunker}: {polynomial: bigint; chunker: ChunkerGeometry}): Chunker {
	switch (chunker.kind) {
		case 'Rabin':
			return new RabinChunker(polynomial, chunker);
		case 'FixedSize':
			return new FixedSizeChunker(chunker.size);
		case 'Fast':
			return new FastChunker(chunker.seed);
		case 'Unknown':
			throw new LazaretteError('UnsupportedVersion', `the repository cuts files in a way that this version does not know (${chunker.what}); nothing was written`, {hint: 'update Lazarette; restores work with this version as well'});
	}
}
