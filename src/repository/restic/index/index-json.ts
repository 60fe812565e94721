import {idLength, idToHex} from '../blob-id.ts';
import {readPackHeader} from '../pack/pack-header.ts';
import {PackEntries} from './pack-entries.ts';

/** A durable pack that no index file names yet, kept as its header: 41 bytes per blob. */
export type PendingPack = {id: string; header: Buffer; blobs: number};

const blobsPerPiece = 512;

/** The JSON of an index file in pieces of some 80 KB. */
export function* indexJson(packs: Iterable<PendingPack>): Generator<Buffer> {
	const entries = new PackEntries();
	let text = '{"packs":[';
	let separator = '';
	for (const pack of packs) {
		entries.clear();
		readPackHeader(pack.header, entries, `pack ${pack.id}`);
		text += `${separator}{"id":"${pack.id}","blobs":[`;
		separator = ',';
		for (let entry = 0; entry < entries.count; entry++) {
			const uncompressed = entries.uncompressedOf(entry);
			text += `${entry ? ',' : ''}{"id":"${idToHex(entries.ids, entry * idLength)}","type":"${entries.typeOf(entry)}","offset":${entries.offsetOf(entry)},"length":${entries.lengthOf(entry)}`;
			text += uncompressed ? `,"uncompressed_length":${uncompressed}}` : '}';
			if (entry % blobsPerPiece === blobsPerPiece - 1) {
				yield Buffer.from(text, 'latin1');
				text = '';
			}
		}
		text += ']}';
	}
	yield Buffer.from(`${text}]}`, 'latin1');
}
