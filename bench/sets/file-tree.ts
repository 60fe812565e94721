import {copyFileSync, mkdirSync, readdirSync, symlinkSync, unlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import {createLogWriter} from './log-lines.ts';
import {seeded} from './seeded.ts';
import type {DataSet} from './data-set.ts';
import type {Seeded} from './seeded.ts';

const fullDirectories = 550;
const filesPerDirectory = 100;
const poolSize = 16 * 1024 * 1024;
const largest = 4 * 1024 * 1024;
const modes = [0o644, 0o644, 0o640, 0o600, 0o755];

/** Many directories with files of every size and kind, as home directories, uploads and sources are. */
export const fileTree: DataSet = {
	title: '55 000 files of 23 kB in the mean, 550 links, 550 directories, half of the bytes incompressible, a twentieth of the files copies; then 1 % rewritten, 0.5 % new, 0.5 % gone',
	async make({directory, scale, signal}) {
		const directories = Math.max(2, Math.round(fullDirectories * scale));
		const random = seeded('file tree');
		const write = createFileWriter(random);
		for (let number = 0; number < directories; number++) {
			const path = directoryPath(directory, number);
			mkdirSync(path, {recursive: true});
			for (let file = 0; file < filesPerDirectory; file++) write(path, file);
			symlinkSync('file-000', join(path, 'newest'));
			await turn();
			signal.throwIfAborted();
		}

		return {
			async change(generation) {
				const random = seeded(`file tree, change ${generation}`);
				const write = createFileWriter(random);
				for (let number = 0; number < directories; number++) {
					const path = directoryPath(directory, number);
					write(path, random.below(filesPerDirectory));
					const files = readdirSync(path).filter(name => name.startsWith('file-')).toSorted();
					if (number % 2 === 0) unlinkSync(join(path, files[1 + random.below(files.length - 1)]!));
					else write(path, filesPerDirectory + generation);
				}
			},
		};
	},
};

/** Two levels: every 25th directory holds the 24 after it. */
const directoryPath = (root: string, number: number): string => {
	const parent = join(root, `project-${Math.floor(number / 25)}`);
	return number % 25 === 0 ? parent : join(parent, `part-${number % 25}`);
};

function createFileWriter(random: Seeded): (directory: string, number: number) => void {
	const text = createLogWriter(random)(poolSize);
	return (directory, number) => {
		const path = join(directory, `file-${String(number).padStart(3, '0')}`);
		if (number > 0 && number < filesPerDirectory && random.below(20) === 0) copyFileSync(join(directory, 'file-000'), path);
		else writeFileSync(path, contentOf(random, text), {mode: modes[random.below(modes.length)]!});
		const modified = Date.UTC(2026, 0, 1) / 1000 + random.unit() * 20_000_000;
		utimesSync(path, modified, modified);
	};
}

function contentOf(random: Seeded, text: Buffer): Buffer {
	const kind = random.below(100);
	const size = kind === 0 ? 0 : Math.min(largest, Math.round(4500 * Math.exp(1.9 * random.normal())));
	if (kind < 50) return random.bytes(size);
	if (kind < 55) return Buffer.alloc(size);
	const from = random.below(text.length - size);
	return text.subarray(from, from + size);
}
