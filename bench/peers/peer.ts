import type {Command} from '../command.ts';
import type {Location} from '../stores/store.ts';

export type Task =
	| {kind: 'init'}
	| {kind: 'backup'; source: string}
	/** The newest archive of `source` into `target`, so that `target` then looks like `source`. */
	| {kind: 'restore'; source: string; target: string}
	/** Everything is read. */
	| {kind: 'check'}
	/** All but the newest archive, without freeing their space. */
	| {kind: 'forget'}
	| {kind: 'prune'};

export type Workplace = {
	location: Location;
	/** The peer's own, for caches and settings; lives as long as the repository. */
	home: string;
	/** For a peer that takes its password only from the environment. */
	password: string;
	/** The same password in a file. */
	passwordFile: string;
};

/** A program that backs up. */
export type Peer = {
	readonly name: string;
	readonly version: string;
	/** How it is set up, for the reader of the results. */
	readonly setting: string;
	/** Given by whoever runs the benchmark: that it restores less than all is written down, and ends nothing. */
	readonly isGuest?: boolean;
	/** Undefined when it cannot do that. */
	command(task: Task, place: Workplace): Command | undefined;
};
