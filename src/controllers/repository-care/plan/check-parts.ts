import type {MaintenanceStatus} from '../../../api/v1alpha1/maintenance-fields.ts';
import type {Calendar} from '../../shared/calendar.ts';

type CheckState = NonNullable<MaintenanceStatus['check']>;

const mostParts = 128;
/** A fifth of the checks may be missed, and all is read in time nevertheless. */
const slack = 0.8;
const dayMs = 86_400_000;

/** In how many shares the data is read, one with each check, so that all of it is read within `days`. */
export function partsFor(calendar: Calendar, days: number, from: Date): number {
	const end = from.getTime() + days * dayMs;
	let checks = 0;
	for (let at = calendar.next(from); at && at.getTime() <= end && checks < mostParts / slack; at = calendar.next(at)) checks++;
	return Math.min(mostParts, Math.max(1, Math.floor(checks * slack)));
}

/** The share after the last one; one with defects is read again between the others, so that its mending is seen soon. */
export function nextPart({part = 0, lastPart, damaged = []}: CheckState, parts: number): number {
	const doubtful = damaged[0];
	if (doubtful !== undefined && (lastPart === undefined || !damaged.includes(lastPart))) return doubtful;
	return inTurn(part, parts);
}

const inTurn = (part: number, parts: number): number => (part % parts) + 1;

/** Keeps what is known when the data is divided anew: of each new share that it was read since the oldest of the old ones was, and that it may be damaged if any was. */
export function divideAnew(state: CheckState, parts: number, now: Date): void {
	state.provenSinceTime ??= now.toISOString();
	if (state.parts === parts) return;
	const known = wholeSince(state);
	const all = Array.from({length: parts}, (_, index) => index + 1);
	state.parts = parts;
	delete state.part;
	delete state.lastPart;
	state.proven = known === undefined ? [] : all.map(part => ({part, time: known}));
	if (state.damaged?.length) state.damaged = all;
}

export type ReadPart = {part: number; parts: number; problems: number; findings: CheckState['findings'] & {}; beganAt: string};

/** A check has read a share. What it found counts until the same share is found intact: another share proves nothing about it. */
export function notePart(state: CheckState, read: ReadPart): void {
	if (state.parts !== read.parts) return;
	if (read.part === inTurn(state.part ?? 0, read.parts)) state.part = read.part;
	state.lastPart = read.part;
	const others = (state.damaged ?? []).filter(part => part !== read.part);
	const damaged = read.problems > 0 ? [...others, read.part].toSorted((left, right) => left - right) : others;
	if (damaged.length > 0) state.damaged = damaged;
	else delete state.damaged;

	if (read.problems > 0) Object.assign(state, {problems: read.problems, findings: read.findings});
	else if (damaged.length === 0) noteIntact(state);
	if (read.problems > 0) return;
	state.proven = [...(state.proven ?? []).filter(({part}) => part !== read.part), {part: read.part, time: read.beganAt}].toSorted((left, right) => left.part - right.part);
	state.provenSinceTime = wholeSince(state) ?? state.provenSinceTime ?? read.beganAt;
}

function noteIntact(state: CheckState): void {
	state.problems = 0;
	delete state.findings;
}

/** The oldest proof, once there is one of each share. */
function wholeSince({parts, proven = []}: CheckState): string | undefined {
	if (!parts || proven.length < parts) return undefined;
	return proven.map(({time}) => time).toSorted((left, right) => Date.parse(left) - Date.parse(right))[0];
}
