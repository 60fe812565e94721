import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, statfsSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import test from 'ava';
import {temporaryDirectory} from './_workshop.ts';

const files = 100_000;

/** A heap in which an object per file does not fit twice over, and a process that is not much more than Node itself. */
const heapMiB = 40;
const peakMiB = 200;

test('a hundred thousand files in one directory need no more memory than a few', async t => {
	t.timeout(7 * 60_000);
	const directory = temporaryDirectory(t, roomyMemory());
	mkdirSync(`${directory}/source`);
	for (let index = 0; index < files; index++) writeFileSync(`${directory}/source/file ${(index * 7919) % files}`, index % 10 === 0 ? `content ${index}` : '');

	const script = fileURLToPath(new URL('_many-files.ts', import.meta.url));
	const paths = ['source', 'repository', 'target', 'report'].map(name => `${directory}/${name}`);
	await promisify(execFile)(process.execPath, [`--max-old-space-size=${heapMiB}`, '--max-semi-space-size=2', script, ...paths]);
	const report = JSON.parse(readFileSync(`${directory}/report`, 'utf8')) as {files: number; readAgain: number; restored: number; peakMiB: number};
	t.log(`peak ${report.peakMiB} MiB`);
	t.like(report, {files, readAgain: 0, restored: files});
	t.true(report.peakMiB < peakMiB, `peak ${report.peakMiB} MiB`);
	t.is(readdirSync(`${directory}/target`).length, files);
});

/** So many files are made and removed many times faster in memory; where there is too little of it, on disk. */
function roomyMemory(): string | undefined {
	const {bavail, bsize, ffree} = existsSync('/dev/shm') ? statfsSync('/dev/shm') : {bavail: 0, bsize: 0, ffree: 0};
	return bavail * bsize > 2 ** 31 && ffree > 4 * files ? '/dev/shm' : undefined;
}
