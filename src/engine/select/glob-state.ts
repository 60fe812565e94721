import {anyDepth} from './compile-glob.ts';
import type {Glob} from './compile-glob.ts';

/**
How far a glob has come on the way from the root to a directory: for each alternative the segments that the next name may meet. Undefined when
nothing below can match any more, which is what lets a whole directory be left unread.
*/
export type GlobState = {
	/** Whether the glob matches the directory or entry at which this state was reached. */
	readonly matched: boolean;
	readonly awaited: ReadonlyArray<readonly number[]>;
};

export function startState(glob: Glob): GlobState {
	const awaited = glob.alternatives.map(segments => withSkipped(segments, [0]));
	return {matched: glob.alternatives.some((segments, index) => awaited[index]!.includes(segments.length)), awaited};
}

/** The state one name further down. */
export function advance(glob: Glob, state: GlobState, name: string, isDirectory: boolean): GlobState | undefined {
	let matched = false;
	let alive = false;
	const awaited = glob.alternatives.map((segments, index) => {
		const reached: number[] = [];
		for (const place of state.awaited[index]!) {
			const segment = segments[place];
			if (segment === undefined) continue;
			if (segment === anyDepth) reached.push(place);
			else if (segment(name)) reached.push(place + 1);
		}
		const places = withSkipped(segments, reached);
		if (places.includes(segments.length)) matched = true;
		if (places.some(place => place < segments.length)) alive = true;
		return places;
	});
	if (glob.directoriesOnly && !isDirectory) matched = false;
	return matched || alive ? {matched, awaited} : undefined;
}

/** Adds the places behind each `**`, which may stand for no name at all. */
function withSkipped(segments: Glob['alternatives'][number], places: number[]): number[] {
	for (const place of places) if (segments[place] === anyDepth && !places.includes(place + 1)) places.push(place + 1);
	return places;
}
