import {parseArgs} from 'node:util';
import {setNames} from './sets/set-names.ts';
import type {SetName} from './sets/set-names.ts';

export const sizes = {full: 1, small: 1 / 20, tiny: 1 / 200} as const;
export const storeNames = ['file', 's3'] as const;
export const peerNames = ['rustic', 'kopia'] as const;

export type Size = keyof typeof sizes;
export type StoreName = (typeof storeNames)[number];
export type OtherPeer = {name: (typeof peerNames)[number]; binary: string};

export type BenchOptions = {
	sets: SetName[];
	stores: StoreName[];
	size: Size;
	/** Counted rounds. */
	runs: number;
	peers: OtherPeer[];
	/** Ours decompresses and compares every new blob instead of a sample. */
	fullVerify: boolean;
	/** zstd level of ours; its default when absent. */
	level?: number;
	/** Where data sets, repositories and restored trees are made; chosen by free memory when absent. */
	directory?: string;
	/** File that gets every single figure as a line of JSON. */
	results?: string;
	/** Files of earlier runs to report on, instead of measuring. */
	from: string[];
	/** The page that is written; none for a run that is not of full size, unless asked for. */
	document?: string;
};

export const usage = `usage: npm run bench -- [option ...]
  --sets a,b          of ${setNames.join(', ')}; all of them
  --store a,b         of ${storeNames.join(', ')}; both
  --size full|small|tiny  small is a twentieth, for development, tiny a 200th, for its test: their figures say nothing; full
  --runs n            counted rounds; 3
  --peer name=binary  ${peerNames.join(' or ')} takes part too; may be repeated
  --full-verify       ours proves every new blob readable, not a sample
  --level n           zstd level of ours
  --directory path    work there, not in memory or the temporary directory
  --results file      every single figure as a line of JSON
  --from file         do not measure: report what --results wrote; may be repeated
  --document file     the page to write; docs/performance.md when all is of full size`;

/** @throws Error naming option, value and what is possible */
export function readOptions(argv: string[]): BenchOptions {
	const {values} = parseArgs({
		args: argv,
		options: {
			sets: {type: 'string', default: setNames.join(',')},
			store: {type: 'string', default: storeNames.join(',')},
			size: {type: 'string', default: 'full'},
			runs: {type: 'string', default: '3'},
			peer: {type: 'string', multiple: true, default: []},
			'full-verify': {type: 'boolean', default: false},
			level: {type: 'string'},
			directory: {type: 'string'},
			results: {type: 'string'},
			from: {type: 'string', multiple: true, default: []},
			document: {type: 'string'},
		},
	});
	return {
		sets: values.sets.split(',').map(name => oneOf('--sets', name, setNames)),
		stores: values.store.split(',').map(name => oneOf('--store', name, storeNames)),
		size: oneOf('--size', values.size, Object.keys(sizes) as Size[]),
		runs: count('--runs', values.runs, 1, 100),
		peers: values.peer.map(readPeer),
		fullVerify: values['full-verify'],
		...(values.level !== undefined && {level: count('--level', values.level, 1, 19)}),
		...(values.directory !== undefined && {directory: values.directory}),
		...(values.results !== undefined && {results: values.results}),
		from: values.from,
		...(values.document !== undefined && {document: values.document}),
	};
}

function readPeer(text: string): OtherPeer {
	const [, name = '', binary = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
	if (binary === '') throw new Error(`--peer ${text} names no binary; write name=/path/of/its/binary`);
	return {name: oneOf('--peer', name, peerNames), binary};
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
	const found = known.find(name => name === value);
	if (found === undefined) throw new Error(`${option} has no ${value}; known are ${known.join(', ')}`);
	return found;
}

function count(option: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < least || value > most) throw new Error(`${option} ${text} is no whole number from ${least} to ${most}`);
	return value;
}
