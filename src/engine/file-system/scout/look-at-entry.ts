import {listsNothing} from '../linux/attributes.ts';
import {atFlags} from '../linux/flags.ts';
import {basicStats} from '../linux/read-facts.ts';
import type {Libc} from '../linux/libc.ts';
import {outcomes} from './scout-ring.ts';
import type {ScoutRing} from './scout-ring.ts';

/** Finds out what there is to know of a claimed entry, and reports it. */
export function lookAtEntry(libc: Libc, ring: ScoutRing, entry: number): void {
	const {directory, name, status} = ring.taskOf(entry);
	let outcome = 0;
	if (libc.statx(directory, name, atFlags.noFollow, basicStats, status) >= 0) outcome = outcomes.status | (listsNothing(libc, directory, name) ? outcomes.noAttributes : 0);
	ring.report(entry, outcome);
}
