import {closeSync, mkdirSync, openSync, readdirSync, unlinkSync} from 'node:fs';
import {join} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import {seeded} from './seeded.ts';
import type {DataSet} from './data-set.ts';

const fullCount = 300_000;

/** One directory that is far too full, as mail queues and session stores are: nothing but names and metadata. */
export const emptyFiles: DataSet = {
	title: '300 000 empty files in one directory; then 1 % new and 1 % gone',
	async make({directory, scale, signal}) {
		mkdirSync(directory);
		const create = (name: string): void => closeSync(openSync(join(directory, name), 'w'));
		const count = Math.round(fullCount * scale);
		const random = seeded('empty files');
		for (let made = 0; made < count; made++) {
			create(`session-${random.bytes(6).toString('hex')}`);
			if (made % 10_000 !== 0) continue;
			await turn();
			signal.throwIfAborted();
		}

		return {
			async change(generation) {
				const random = seeded(`empty files, change ${generation}`);
				const names = readdirSync(directory).toSorted();
				for (let place = 0; place < names.length; place += 100) unlinkSync(join(directory, names[place]!));
				for (let made = 0; made < count / 100; made++) create(`session-${random.bytes(6).toString('hex')}-${generation}`);
			},
		};
	},
};
