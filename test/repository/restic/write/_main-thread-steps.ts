import {countsAsSleeper, haveAllEnded, isReady, markChanged, notify} from './_content-thread-steps.ts';
import {at, cursorStates, cut, faults, infinity, isOpen, noEntry, places, stopped, worked} from './_content-threads-state.ts';
import {afterPieces, attend, attended, back, collect, fail, isIdle, mainSteps, numberOf, schedule, storeContent, storeHere, wake} from './_main-thread-functions.ts';
import type {Layout} from './_content-threads-state.ts';
import type {MainStep} from './_main-thread-functions.ts';

type Change = (next: Uint8Array) => MainStep;
type Step = (state: Uint8Array, layout: Layout, go: (change: Change) => void) => void;

/** What the main thread does (ContentPool, LargeFiles, ThreadSignals), one access of shared memory at a time. What it has to itself it does along with that. */
const steps: Record<MainStep, Step> = {
	/** The event loop: any of what has come. */
	turn: (state, layout, go) => {
		const {files} = layout.world;
		const file = state[at.nextFile]!;
		const isOver = state[at.hasFailed] === 1 || state[at.isFlushing] === 1;
		if (!isOver && file < files.length) go(next => storeContent(next, layout));
		if (!isOver && file === files.length && isIdle(state, layout)) {
			go(next => {
				next[at.isFlushing] = 1;
				return 'tell stop';
			});
		}
		if (state[at.doneMessages]! > 0) {
			go(next => {
				next[at.doneMessages]!--;
				return schedule(next);
			});
		}
		if (state[at.failedMessages]! > 0) {
			go(next => {
				next[at.failedMessages]!--;
				return fail(next, layout);
			});
		}
		if (state[at.isScheduled] === 1) {
			go(next => {
				next[at.isScheduled] = 0;
				if (state[at.hasFailed] === 1) return 'turn';
				// Uploads are still behind.
				return state[at.room] === 1 ? 'tell held' : 'work';
			});
		}
		// A pack has come, or help was due: uploads are behind.
		if (state[at.holdsLeft]! > 0 && state[at.hasFailed] === 0 && file > 0) {
			go(next => {
				next[at.holdsLeft]!--;
				next[at.room] = 1;
				return 'tell held';
			});
		}
		if (state[at.room] === 1) {
			go(next => {
				next[at.room] = 0;
				return 'tell not held';
			});
		}
		if (state[at.stopsLeft]! > 0) {
			go(next => {
				next[at.stopsLeft]!--;
				return fail(next, layout);
			});
		}
	},

	// storeContent, once it has collected
	'look at ready': (state, layout, go) => {
		let ready = 0;
		for (let thread = 0; thread < layout.world.threads; thread++) if (isReady(state, layout, thread)) ready++;
		go(next => {
			if (ready > 0 && state[at.offered]! - state[at.collected]! < layout.world.slots) return 'offer';
			return storeHere(next, layout);
		});
	},
	offer: (state, layout, go) =>
		go(next => {
			next[at.offered]!++;
			next[layout.file(next[at.nextFile]!++)] = places.inRing;
			next[at.isScheduled] = 1;
			return wake(next, 'turn');
		}),

	// ThreadSignals
	'tell stop': (state, layout, go) =>
		go(next => {
			next[at.stop] = state[at.hasFailed] === 1 ? stopped.abandon : stopped.finish;
			return layout.world.rules.wakesOnStop ? wake(next, 'turn') : 'turn';
		}),
	'tell held': (state, layout, go) =>
		go(next => {
			next[at.isHeld] = 1;
			return 'turn';
		}),
	'tell not held': (state, layout, go) =>
		go(next => {
			next[at.isHeld] = 0;
			schedule(next);
			return wake(next, 'turn');
		}),
	'add to mark': (state, layout, go) =>
		go(next => {
			markChanged(next, layout);
			return 'look at sleepers';
		}),
	'look at sleepers': (state, layout, go) => {
		let sleepers = 0;
		for (let thread = 0; thread < layout.world.threads; thread++) if (countsAsSleeper(state, layout, thread)) sleepers++;
		go(next => (sleepers > 0 ? 'notify' : back(next, at.afterWake)));
	},
	notify: (state, layout, go) =>
		go(next => {
			notify(next, layout);
			return back(next, at.afterWake);
		}),

	// ContentPool.#help
	work: (state, layout, go) =>
		go(next => {
			if (layout.hasLarge(state)) return 'lock to advance';
			next[at.worked] = worked.nothing;
			return 'read claimed';
		}),
	'lock to advance': (state, layout, go) =>
		go(next => {
			if (state[at.lock] === 1) {
				next[at.worked] = worked.locked;
				return 'read claimed';
			}
			next[at.lock] = 1;
			return 'look whether open';
		}),
	'look whether open': (state, layout, go) =>
		go(next => {
			if (isOpen(state, layout.world)) return 'cut';
			next[at.worked] = worked.nothing;
			next[at.number] = noEntry;
			return 'unlock cursor';
		}),
	cut: (state, layout, go) => {
		const {pieces} = layout.world;
		const cutNow = (then: MainStep): void =>
			go(next => {
				next[at.number] = state[at.position] === pieces ? noEntry : cut(next, layout);
				next[at.worked] = worked.stored;
				return then;
			});
		if (state[at.position]! >= pieces - 1) cutNow('end');
		if (state[at.position]! < pieces) cutNow('unlock cursor');
	},
	end: (state, layout, go) =>
		go(next => {
			next[at.cursorState] = cursorStates.ended;
			return 'unlock cursor';
		}),
	'unlock cursor': (state, layout, go) =>
		go(next => {
			next[at.lock] = 0;
			// Nobody but this thread itself looks for what it has stored.
			if (state[at.number] !== noEntry) next[layout.entry(state[at.number]!)] = 1;
			next[at.number] = 0;
			return state[at.worked] === worked.stored ? collect(next, layout, 'helped') : 'read claimed';
		}),
	'read claimed': (state, layout, go) =>
		go(next => {
			next[at.number] = state[at.claimed]!;
			if (state[at.claimed] !== state[at.offered]) return 'claim';
			next[at.number] = 0;
			return collect(next, layout, 'helped');
		}),
	claim: (state, layout, go) =>
		go(next => {
			next[at.number] = 0;
			if (state[at.number] !== state[at.claimed]) return 'read claimed';
			next[at.claimed]!++;
			next[layout.slot(state[at.claimed]!)] = 1;
			next[at.worked] = worked.stored;
			return collect(next, layout, 'helped');
		}),
	helped: (state, layout, go) => {
		const hadNews = state[at.hasNews] === 1;
		const did = state[at.worked];
		const then = (step: MainStep, isDue = false): void =>
			go(next => {
				next[at.hasNews] = 0;
				next[at.worked] = 0;
				if (step !== 'wait in main') next[at.isHeldUp] = 0;
				if (isDue) schedule(next);
				return step;
			});
		if (isIdle(state, layout)) return then('turn');
		if (did === worked.nothing) return then('wait in main');
		then('turn', true);
		// Unless the slice is over.
		if (!hadNews && did !== worked.locked) then('work');
	},

	// ContentPool.#wait
	'wait in main': (state, layout, go) =>
		go(next => {
			next[at.mainWaits] = 1;
			return layout.world.rules.collectsAfterWaitInMain ? collect(next, layout, 'waits') : 'waits';
		}),
	waits: (state, layout, go) =>
		go(next => {
			if (state[at.hasNews] === 1 || (layout.world.rules.looksAtHeldUp && state[at.isHeldUp] === 1)) schedule(next);
			next[at.hasNews] = 0;
			next[at.isHeldUp] = 0;
			return 'turn';
		}),

	// ContentPool.#collect
	'look at oldest slot': (state, layout, go) =>
		go(next => {
			const slot = layout.slot(state[at.collected]!);
			const file = layout.firstIn(state, places.inRing);
			if (file < 0 || state[slot] === 0) return attend(next, layout);
			next[slot] = 0;
			next[at.collected]!++;
			next[at.hasNews] = 1;
			if (layout.world.files[file] === 'grown') next[layout.file(file)] = places.waiting;
			else layout.answer(next, file, places.stored);
			return layout.firstIn(next, places.inRing) < 0 ? attend(next, layout) : 'look at oldest slot';
		}),

	// LargeFiles.attend
	'look at oldest entry': (state, layout, go) =>
		go(next => {
			if (state[at.taken] === state[at.cut] || state[layout.entry(state[at.taken]!)] === 0) return 'look at outcome';
			next[layout.entry(state[at.taken]!)] = 0;
			next[at.taken]!++;
			next[at.attendNews] = 1;
			return 'look at oldest entry';
		}),
	'look at outcome': (state, layout, go) => go(next => (state[at.cursorState] === cursorStates.ended ? 'look whether all is taken' : afterPieces(next, layout))),
	'look whether all is taken': (state, layout, go) =>
		go(next => {
			if (state[at.taken] === state[at.cut]) {
				if (state[at.position] !== layout.world.pieces) next[at.wrong] = faults.indexOf('a file is answered before all of it is stored');
				layout.answer(next, layout.firstIn(state, places.underCursor), places.stored);
			}
			return afterPieces(next, layout);
		}),
	'lock to open': (state, layout, go) =>
		go(next => {
			if (state[at.lock] === 1) {
				next[at.isHeldUp] = 1;
				return attended(next);
			}
			next[at.lock] = 1;
			return 'open';
		}),
	open: (state, layout, go) =>
		go(next => {
			const file = layout.firstIn(state, places.waiting);
			next[layout.file(file)] = places.underCursor;
			next[at.cut] = 0;
			next[at.taken] = 0;
			next[at.position] = 0;
			next[at.mapEnd] = layout.world.files[file] === 'sparse' ? 0 : infinity;
			next[at.cursorState] = cursorStates.open;
			return 'unlock opened';
		}),
	'unlock opened': (state, layout, go) =>
		go(next => {
			next[at.lock] = 0;
			next[at.attendNews] = 1;
			return 'look at oldest entry';
		}),
	'lock to extend map': (state, layout, go) =>
		go(next => {
			if (state[at.lock] === 1) {
				next[at.isHeldUp] = 1;
				return attended(next);
			}
			next[at.lock] = 1;
			return 'extend map';
		}),
	'extend map': (state, layout, go) =>
		go(next => {
			const {looksAhead, pieces} = layout.world;
			if (state[at.mapEnd]! - state[at.position]! < looksAhead) {
				const end = state[at.mapEnd]! + looksAhead;
				next[at.mapEnd] = end < pieces ? end : infinity;
				next[at.attendNews] = 1;
			}
			return 'unlock map';
		}),
	'unlock map': (state, layout, go) =>
		go(next => {
			next[at.lock] = 0;
			return attended(next);
		}),
};

const functions = mainSteps.map(step => steps[step]);

/** Nothing that others see, or could have changed. */
const quiet = new Set<MainStep>(['work', 'helped', 'waits']);
export const isQuietMain = (state: Uint8Array): boolean => quiet.has(mainSteps[state[at.step]!]!);

export function stepMain(state: Uint8Array, layout: Layout, emit: (next: Uint8Array) => void): void {
	functions[state[at.step]!]!(state, layout, change => {
		const next = state.slice();
		next[at.step] = numberOf[change(next)];
		emit(next);
	});
}

/** Whether `flush` or `discard` has come to its end. */
export const hasEnded = (state: Uint8Array, layout: Layout): boolean =>
	state[at.step] === numberOf.turn && (state[at.hasFailed] === 1 || state[at.isFlushing] === 1) && haveAllEnded(state, layout);
