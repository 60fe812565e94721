import {at, infinity, places} from './_content-threads-state.ts';
import type {Layout} from './_content-threads-state.ts';

export const mainSteps = [
	'turn', 'look at ready', 'offer', 'tell stop', 'tell held', 'tell not held', 'add to mark', 'look at sleepers', 'notify', 'work',
	'lock to advance', 'look whether open', 'cut', 'end', 'unlock cursor', 'read claimed', 'claim', 'helped', 'wait in main', 'waits',
	'look at oldest slot', 'look at oldest entry', 'look at outcome', 'look whether all is taken', 'lock to open', 'open', 'unlock opened',
	'lock to extend map', 'extend map', 'unlock map',
] as const;
export type MainStep = (typeof mainSteps)[number];
export const numberOf = Object.fromEntries(mainSteps.map((step, number) => [step, number])) as Record<MainStep, number>;

// What the functions of ContentPool and LargeFiles do without a look at shared memory. Each returns the step that does look.

export const isIdle = (state: Uint8Array, layout: Layout): boolean => layout.firstIn(state, places.inRing) < 0 && !layout.hasLarge(state);

export function schedule(next: Uint8Array): MainStep {
	if (next[at.hasFailed] === 0) next[at.isScheduled] = 1;
	return 'turn';
}

export function wake(next: Uint8Array, after: MainStep): MainStep {
	next[at.afterWake] = numberOf[after];
	return 'add to mark';
}

/** The end of a function: to where it was called from. */
export function back(next: Uint8Array, from: number): MainStep {
	const step = mainSteps[next[from]!]!;
	next[from] = 0;
	return step;
}

/** ContentPool.#fail. The walk hands nothing over any more. */
export function fail(next: Uint8Array, layout: Layout): MainStep {
	for (let file = 0; file < layout.world.files.length; file++) {
		const place = next[layout.file(file)];
		if (place === places.withWalk) next[layout.file(file)] = places.refused;
		else if (place! < places.stored) layout.answer(next, file, places.failed);
	}
	next[at.nextFile] = layout.world.files.length;
	next[at.hasFailed] = 1;
	return 'tell stop';
}

export function storeContent(next: Uint8Array, layout: Layout): MainStep {
	const kind = layout.world.files[next[at.nextFile]!]!;
	return kind === 'large' || kind === 'sparse' ? storeLarge(next, layout) : collect(next, layout, 'look at ready');
}

export function storeHere(next: Uint8Array, layout: Layout): MainStep {
	const file = next[at.nextFile]!;
	if (layout.world.files[file] === 'grown') return storeLarge(next, layout);
	layout.answer(next, file, places.stored);
	next[at.nextFile]!++;
	return 'turn';
}

function storeLarge(next: Uint8Array, layout: Layout): MainStep {
	next[layout.file(next[at.nextFile]!++)] = places.waiting;
	// It is scheduled before the turn ends, and not looked at sooner.
	next[at.isScheduled] = 1;
	next[at.afterCollect] = numberOf.turn;
	return attend(next, layout);
}

export function collect(next: Uint8Array, layout: Layout, after: MainStep): MainStep {
	next[at.afterCollect] = numberOf[after];
	return layout.firstIn(next, places.inRing) < 0 ? attend(next, layout) : 'look at oldest slot';
}

export function attend(next: Uint8Array, layout: Layout): MainStep {
	if (!layout.hasLarge(next)) return collected(next);
	next[at.isHeldUp] = 0;
	return layout.firstIn(next, places.underCursor) < 0 ? 'lock to open' : 'look at oldest entry';
}

/** LargeFiles.attend, once it has taken what was stored: opens the next file, or looks ahead in this one. */
export function afterPieces(next: Uint8Array, layout: Layout): MainStep {
	const file = layout.firstIn(next, places.underCursor);
	if (file < 0) return layout.firstIn(next, places.waiting) < 0 ? attended(next) : 'lock to open';
	return layout.world.files[file] === 'sparse' && next[at.mapEnd] !== infinity ? 'lock to extend map' : attended(next);
}

/** ContentPool.#attend: wakes when there may be more to do. */
export function attended(next: Uint8Array): MainStep {
	if (next[at.attendNews] === 0) return collected(next);
	next[at.attendNews] = 0;
	next[at.hasNews] = 1;
	const after = collected(next);
	return wake(next, after);
}

/** What nobody asks for there is not remembered. */
function collected(next: Uint8Array): MainStep {
	const after = back(next, at.afterCollect);
	if (after !== 'helped' && after !== 'waits') next[at.hasNews] = next[at.isHeldUp] = 0;
	return after;
}
