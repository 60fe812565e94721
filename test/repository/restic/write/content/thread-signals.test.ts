import {Worker} from 'node:worker_threads';
import test from 'ava';
import {Board, boardBytes} from '../../../../../src/repository/restic/opening/board.ts';
import {ThreadSignals, signalBytes, stops} from '../../../../../src/repository/restic/write/content/thread-signals.ts';

const sourceOf = (path: string): string => JSON.stringify(new URL(`../../../../../src/repository/restic/${path}`, import.meta.url).href);

/** Runs `program` with `memory` on a thread, since a fault would block ours for ever. False when it has not ended within seconds. */
async function ends(program: string, memory: SharedArrayBuffer): Promise<boolean> {
	const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(`import {workerData} from 'node:worker_threads';\n${program}`)}`), {workerData: memory});
	const exit = Promise.withResolvers<boolean>();
	worker.once('exit', code => exit.resolve(code === 0)).once('error', exit.reject);
	const late = setTimeout(() => exit.resolve(false), 20_000);
	const outcome = await exit.promise;
	clearTimeout(late);
	await worker.terminate();
	return outcome;
}

for (const stop of [stops.finish, stops.abandon]) {
	test(`a thread that was told to stop (${stop}) between its last look and its mark does not fall asleep`, async t => {
		const memory = new SharedArrayBuffer(signalBytes);
		new ThreadSignals(memory).tellStop(stop);
		t.true(await ends(`const {ThreadSignals} = await import(${sourceOf('write/content/thread-signals.ts')});\nconst signals = new ThreadSignals(workerData);\nsignals.sleep(signals.mark);`, memory));
	});
}

test('neither does one that opens blobs', async t => {
	const memory = new SharedArrayBuffer(boardBytes(2));
	new Board(memory).stop();
	t.true(await ends(`const {Board} = await import(${sourceOf('opening/board.ts')});\nconst board = new Board(workerData);\nboard.waitForWork(board.workMark);`, memory));
});
