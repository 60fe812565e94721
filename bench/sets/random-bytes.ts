import {closeSync, mkdirSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import {seeded} from './seeded.ts';
import type {DataSet} from './data-set.ts';

const fullSize = 1024 ** 3;
const piece = 4 * 1024 * 1024;

/** One large file that cannot be compressed, as images, films and encrypted volumes are. */
export const randomBytes: DataSet = {
	title: 'one file of 1 GiB of random bytes; then ten places of 64 KiB overwritten',
	async make({directory, scale, signal}) {
		mkdirSync(directory);
		const path = join(directory, 'disk.img');
		const target = Math.round(fullSize * scale);
		const random = seeded('random bytes');
		const file = openSync(path, 'wx');
		try {
			for (let size = 0; size < target; ) {
				size += writeSync(file, random.bytes(Math.min(piece, target - size)));
				await turn();
				signal.throwIfAborted();
			}
		} finally {
			closeSync(file);
		}

		return {
			async change(generation) {
				const random = seeded(`random bytes, change ${generation}`);
				const file = openSync(path, 'r+');
				try {
					for (let place = 0; place < 10; place++) writeSync(file, random.bytes(64 * 1024), 0, 64 * 1024, random.below(target - 64 * 1024));
				} finally {
					closeSync(file);
				}
			},
		};
	},
};
