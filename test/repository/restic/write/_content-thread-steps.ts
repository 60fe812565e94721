import {at, cursorStates, cut, faults, isOpen, noEntry, stopped} from './_content-threads-state.ts';
import type {Layout} from './_content-threads-state.ts';

/** One step of a thread: it changes each successor that it makes, and says where the thread is then. */
type Change = (next: Uint8Array) => ThreadStep;
type Step = (state: Uint8Array, layout: Layout, thread: number, go: (change: Change) => void) => void;

export type ThreadStep = keyof typeof steps;

/** What a content thread does (content-thread.ts, ContentLane, FileRing, FileCursor, ThreadSignals), one access of shared memory at a time. */
const steps = {
	// run
	'tell ready': (state, layout, thread, go) => go(() => 'look at stop'),
	'look at stop': (state, layout, thread, go) => go(() => (state[at.stop] === stopped.none ? 'read mark' : 'ended')),
	'read mark': (state, layout, thread, go) => go(() => 'look at isHeld'),
	'look at isHeld': (state, layout, thread, go) => go(() => (state[at.isHeld] === 1 ? 'count as sleeper' : 'read claimed')),

	// ContentLane.takeFromRing
	'read claimed': (state, layout, thread, go) =>
		go(next => {
			next[layout.number(thread)] = state[at.claimed]!;
			return 'read offered';
		}),
	'read offered': (state, layout, thread, go) => go(() => (state[layout.number(thread)] === state[at.offered] ? 'lock' : 'claim')),
	claim: (state, layout, thread, go) =>
		go(next => {
			if (state[layout.number(thread)] !== state[at.claimed]) return 'read claimed';
			next[at.claimed]!++;
			return 'finish slot';
		}),
	'finish slot': (state, layout, thread, go) =>
		go(next => {
			const slot = layout.slot(state[layout.number(thread)]!);
			if (next[slot] === 1) next[at.wrong] = faults.indexOf('a slot is filled twice');
			next[slot] = 1;
			return 'look at mainWaits';
		}),

	// ContentLane.advance
	lock: (state, layout, thread, go) =>
		go(next => {
			// Whoever waits for the lock does so until it is free, or for a moment only.
			if (state[at.lock] === 1) return 'look at stop';
			next[at.lock] = 1;
			return 'look whether open';
		}),
	'look whether open': (state, layout, thread, go) => go(() => (isOpen(state, layout.world) ? 'cut' : 'unlock with nothing')),
	cut: (state, layout, thread, go) => {
		const {pieces, rules} = layout.world;
		const none = layout.number(thread);
		if (state[at.position] === pieces) {
			go(next => {
				next[none] = noEntry;
				return 'end';
			});
			return;
		}
		const isLast = state[at.position] === pieces - 1;
		const cutNow = (then: ThreadStep): void =>
			go(next => {
				next[none] = cut(next, layout);
				return then;
			});
		// The file's end shows with its last piece, or to the next who reads.
		cutNow('unlock');
		if (!isLast) return;
		if (rules.cutsBeforeEnd) cutNow('end');
		else
			go(next => {
				next[at.cursorState] = cursorStates.ended;
				return 'cut after end';
			});
	},
	'cut after end': (state, layout, thread, go) =>
		go(next => {
			next[layout.number(thread)] = cut(next, layout);
			return 'unlock';
		}),
	end: (state, layout, thread, go) =>
		go(next => {
			next[at.cursorState] = cursorStates.ended;
			return 'unlock';
		}),
	unlock: (state, layout, thread, go) =>
		go(next => {
			next[at.lock] = 0;
			return state[layout.number(thread)] === noEntry ? 'look at mainWaits' : 'finish entry';
		}),
	'unlock with nothing': (state, layout, thread, go) =>
		go(next => {
			next[at.lock] = 0;
			return 'count as sleeper';
		}),
	'finish entry': (state, layout, thread, go) =>
		go(next => {
			next[layout.entry(state[layout.number(thread)]!)] = 1;
			return 'look at mainWaits';
		}),

	// ThreadSignals.endWaitOfMain
	'look at mainWaits': (state, layout, thread, go) => go(() => (state[at.mainWaits] === 1 ? 'exchange mainWaits' : 'look at stop')),
	'exchange mainWaits': (state, layout, thread, go) =>
		go(next => {
			next[at.mainWaits] = 0;
			return state[at.mainWaits] === 1 ? 'tell done' : 'look at stop';
		}),
	'tell done': (state, layout, thread, go) =>
		go(next => {
			next[at.doneMessages]!++;
			return 'look at stop';
		}),

	// ThreadSignals.sleep
	'count as sleeper': (state, layout, thread, go) => go(() => (layout.world.rules.looksAtStopBeforeSleep ? 'look at stop again' : 'wait')),
	'look at stop again': (state, layout, thread, go) => go(() => (state[at.stop] === stopped.none ? 'wait' : 'count as awake')),
	wait: (state, layout, thread, go) => go(() => (state[layout.isStale(thread)] === 1 ? 'count as awake' : 'asleep')),
	asleep: () => {},
	'count as awake': (state, layout, thread, go) => go(() => 'look at stop'),

	ended: () => {},
} satisfies Record<string, Step>;

export const threadSteps = Object.keys(steps) as ThreadStep[];
const numberOf = Object.fromEntries(threadSteps.map((step, number) => [step, number])) as Record<ThreadStep, number>;
const functions: Step[] = Object.values(steps);

const oneOf = (...some: ThreadStep[]): Uint8Array => Uint8Array.from(threadSteps, step => Number(some.includes(step)));
/** The mark that was read may still be slept on. */
const remembersMark = oneOf('look at isHeld', 'read claimed', 'read offered', 'claim', 'lock', 'look whether open', 'unlock with nothing', 'count as sleeper', 'look at stop again', 'wait');
const hasNumber = oneOf('read offered', 'claim', 'finish slot', 'end', 'unlock', 'finish entry');
const isSleeper = oneOf('look at stop again', 'wait', 'asleep', 'count as awake');

export const stepOf = (state: Uint8Array, layout: Layout, thread: number): ThreadStep => threadSteps[state[layout.step(thread)]!]!;

/** ThreadSignals.ready: of use only as long as no thread has ended. */
export const isReady = (state: Uint8Array, layout: Layout, thread: number): boolean => state[layout.step(thread)] !== numberOf['tell ready'];

export const countsAsSleeper = (state: Uint8Array, layout: Layout, thread: number): boolean => isSleeper[state[layout.step(thread)]!] === 1;

/** What adding one to `mark` means for whoever remembers it. */
export function markChanged(state: Uint8Array, layout: Layout): void {
	for (let thread = 0; thread < layout.world.threads; thread++) if (remembersMark[state[layout.step(thread)]!] === 1) state[layout.isStale(thread)] = 1;
}

export function notify(state: Uint8Array, layout: Layout): void {
	for (let thread = 0; thread < layout.world.threads; thread++) if (state[layout.step(thread)] === numberOf.asleep) state[layout.step(thread)] = numberOf['count as awake'];
}

export const haveAllEnded = (state: Uint8Array, layout: Layout): boolean => {
	for (let thread = 0; thread < layout.world.threads; thread++) if (state[layout.step(thread)] !== numberOf.ended) return false;
	return true;
};

/** What nobody else can see or change: it need not be tried before and after the steps of others. No circle consists of such steps alone. */
export function isQuietThread(state: Uint8Array, layout: Layout, thread: number): boolean {
	const {files, pieces, entries} = layout.world;
	switch (stepOf(state, layout, thread)) {
		case 'look at isHeld':
			return state[at.holdsLeft] === 0 && state[at.room] === 0 && state[at.isHeld] === 0;
		case 'read claimed':
		case 'read offered':
			// Nobody offers any more, and all was claimed.
			return state[at.nextFile] === files.length && state[at.offered] === state[at.claimed];
		case 'look whether open':
			// With room for all the holder of the lock reads what it alone may change.
			return entries >= pieces;
		default:
			return false;
	}
}

export function stepThread(state: Uint8Array, layout: Layout, thread: number, emit: (next: Uint8Array) => void): void {
	const go = (change: Change): void => {
		const next = state.slice();
		moveTo(next, layout, thread, numberOf[change(next)]);
		emit(next);
	};
	functions[state[layout.step(thread)]!]!(state, layout, thread, go);
	// After a quiet step it is the same death.
	if (state[at.deathsLeft]! > 0 && state[layout.step(thread)] !== numberOf.ended && !isQuietThread(state, layout, thread)) {
		go(next => {
			next[at.deathsLeft]!--;
			next[at.failedMessages]!++;
			return 'ended';
		});
	}
}

/** What is of no meaning any more is forgotten, so that states are equal that do the same. */
function moveTo(next: Uint8Array, layout: Layout, thread: number, step: number): void {
	next[layout.step(thread)] = step;
	if (remembersMark[step] === 0) next[layout.isStale(thread)] = 0;
	if (hasNumber[step] === 0) next[layout.number(thread)] = 0;
}
