import {haveAllEnded, isQuietThread, stepOf, stepThread} from './_content-thread-steps.ts';
import {Layout, at, faults, places} from './_content-threads-state.ts';
import {mainSteps} from './_main-thread-functions.ts';
import {hasEnded, isQuietMain, stepMain} from './_main-thread-steps.ts';
import type {World} from './_content-threads-state.ts';
import type {Model} from './_exhaustive-search.ts';

/** The main thread and the content threads together, in any order of their steps. */
export function modelOf(world: World): Model {
	const layout = new Layout(world);
	const isEnd = (state: Uint8Array): boolean => hasEnded(state, layout) && state[at.failedMessages] === 0;
	return {
		start: layout.start(),
		isEnd,
		successors(state, next) {
			if (isEnd(state)) return;
			const emit = (successor: Uint8Array): void => {
				layout.sortThreads(successor);
				next(successor);
			};
			if (isQuietMain(state)) return stepMain(state, layout, emit);
			for (let thread = 0; thread < world.threads; thread++) if (isQuietThread(state, layout, thread)) return stepThread(state, layout, thread, emit);
			stepMain(state, layout, emit);
			for (let thread = 0; thread < world.threads; thread++) stepThread(state, layout, thread, emit);
		},
		faultOf: state => (state[at.wrong] !== 0 ? faults[state[at.wrong]!] : isEnd(state) ? faultOfEnd(state, layout) : undefined),
		describe: state => `main: ${mainSteps[state[at.step]!]}, threads: ${Array.from({length: world.threads}, (_, thread) => stepOf(state, layout, thread)).join(', ')} (${layout.describe(state)})`,
	};
}

function faultOfEnd(state: Uint8Array, layout: Layout): string | undefined {
	const {files, slots} = layout.world;
	const answers = files.map((_, file) => state[layout.file(file)]!);
	if (answers.some(place => place < places.stored)) return 'a file has no answer';
	if (!haveAllEnded(state, layout)) return 'a thread has not ended';
	if (state[at.hasFailed] === 1) return undefined;
	if (answers.some(place => place !== places.stored)) return 'a file is not stored';
	if (state[at.offered] !== state[at.claimed] || state[at.offered] !== state[at.collected]) return 'a slot stays taken';
	for (let slot = 0; slot < slots; slot++) if (state[layout.slot(slot)] !== 0) return 'a slot stays taken';
	return state[at.lock] === 0 ? undefined : 'the lock stays held';
}
