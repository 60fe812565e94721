import {closeSync, copyFileSync, createReadStream, createWriteStream, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {setImmediate as turn} from 'node:timers/promises';
import {createLogWriter} from './log-lines.ts';
import {seeded} from './seeded.ts';
import type {DataSet} from './data-set.ts';

const fullSize = 700_000_000;
const piece = 4 * 1024 * 1024;

/** One large file that compresses well, as logs and dumps are. */
export const textLog: DataSet = {
	title: 'one text log of 700 MB; then 1 % appended and a paragraph put in at a third',
	async make({directory, scratch, scale, signal}) {
		mkdirSync(directory);
		const path = join(directory, 'shop.log');
		const write = createLogWriter(seeded('text log'));
		const target = Math.round(fullSize * scale);
		const file = openSync(path, 'wx');
		try {
			for (let size = 0; size < target; ) {
				size += writeSync(file, write(Math.min(piece, target - size)));
				await turn();
				signal.throwIfAborted();
			}
		} finally {
			closeSync(file);
		}

		return {
			async change(generation) {
				const write = createLogWriter(seeded(`text log, change ${generation}`));
				const old = join(scratch, 'shop.log');
				const {size} = statSync(path);
				const third = Math.floor(size / 3);
				copyFileSync(path, old);
				const renewed = join(scratch, 'shop.log.new');
				const out = createWriteStream(renewed);
				await pipeline(createReadStream(old, {end: third - 1}), out, {end: false, signal});
				out.write(write(20_000));
				await pipeline(createReadStream(old, {start: third}), out, {end: false, signal});
				out.end(write(Math.round(size / 100)));
				await new Promise<void>((resolve, reject) => out.on('close', resolve).on('error', reject));
				renameSync(renewed, path);
				rmSync(old);
			},
		};
	},
};
