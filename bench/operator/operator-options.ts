import {parseArgs} from 'node:util';

export const phases = ['fill', 'measure', 'remove'] as const;
export type Phase = (typeof phases)[number];

export type OperatorBenchOptions = {
	phases: Phase[];
	claims: number;
	schedules: number;
	backups: number;
	namespaces: number;
	/** Seconds of the steady state that count. */
	seconds: number;
	/** The page that is written; none unless all is of full size, or asked for. */
	document?: string;
};

export const full = {claims: 5000, schedules: 1000, backups: 5000} as const;

export const operatorUsage = `usage: npm run bench -- operator [option ...]
  --phases a,b        of ${phases.join(', ')}; all of them. A cluster that was filled stays until remove, so that measure can be repeated
  --claims n          claims that are protected; ${full.claims}
  --schedules n       schedules over them; ${full.schedules}
  --backups n         VolumeBackups that have ended; ${full.backups}
  --namespaces n      over which all of it is spread; 50
  --seconds n         how long the steady state is watched; 45
  --document file     the page to write; docs/performance.md when all is of full size`;

/** @throws Error naming option, value and what is possible */
export function readOperatorOptions(argv: string[]): OperatorBenchOptions {
	const {values} = parseArgs({
		args: argv,
		options: {
			phases: {type: 'string', default: phases.join(',')},
			claims: {type: 'string', default: String(full.claims)},
			schedules: {type: 'string', default: String(full.schedules)},
			backups: {type: 'string', default: String(full.backups)},
			namespaces: {type: 'string', default: '50'},
			seconds: {type: 'string', default: '45'},
			document: {type: 'string'},
		},
	});
	return {
		phases: values.phases.split(',').map(phase),
		claims: wholeNumber('--claims', values.claims, 1),
		schedules: wholeNumber('--schedules', values.schedules, 0),
		backups: wholeNumber('--backups', values.backups, 0),
		namespaces: wholeNumber('--namespaces', values.namespaces, 1),
		seconds: wholeNumber('--seconds', values.seconds, 5),
		...(values.document !== undefined && {document: values.document}),
	};
}

function phase(name: string): Phase {
	const found = phases.find(known => known === name);
	if (found === undefined) throw new Error(`--phases has no ${name}; known are ${phases.join(', ')}`);
	return found;
}

function wholeNumber(option: string, text: string, least: number): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < least || value > 100_000) throw new Error(`${option} ${text} is no whole number from ${least} to 100000`);
	return value;
}
