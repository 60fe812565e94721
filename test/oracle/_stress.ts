import {spawn} from 'node:child_process';
import {createHash, randomUUID} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {seededFractions} from '../_seeded-fractions.ts';
import {noise} from '../repository/restic/write/_source.ts';
import {restic} from './_restic.ts';

export type Stress = {
	directory: string;
	resticPath: string;
	seed: number;
	/** Begins no new round after so long. */
	seconds: number;
	log: (text: string) => void;
};

export type StressResult = {rounds: number; runs: number; signalled: number; byOutcome: Record<string, number>; restored: number; wrong: string[]};

/** A signal, and at which share of the time that such a run usually takes. */
type Sent = {name: NodeJS.Signals; share: number};

type Ran = {operation: string; argv: string[]; code: number | null; ended: NodeJS.Signals | null; sent: NodeJS.Signals | undefined; out: string; err: string};

const password = 'wueQTmy1tlpgQEGoofPDA7+D+bjSjTYsUGEgPMmYSuU=';
const program = join(import.meta.dirname, '../../src/main.ts');
const workers = 3;
const runsInARound = 4;

/** What a run may end with: done, done with warnings, no such archive, locked by another, stopped. */
const fine = new Set([0, 10, 6, 8, 143]);
/** restic's: done, locked, interrupted. */
const fineOfRestic = new Set([0, 11, 130, 143]);

/** The files of a worker's source in a version of it: some change with each, some never do. */
const contentOf = (worker: number, version: number): Map<string, Buffer> =>
	new Map(Array.from({length: 12}, (_, file) => [`d${file % 3}/f${file}`, noise(worker * 1_000_000 + (file % 4 === 0 ? version * 100 : 0) + file, file === 0 ? 900_000 : 500 + file * 7000)]));

function writeContent(directory: string, content: ReadonlyMap<string, Buffer>): void {
	for (const [name, bytes] of content) {
		mkdirSync(join(directory, name, '..'), {recursive: true});
		const path = join(directory, name);
		if (!existsSync(path) || !readFileSync(path).equals(bytes)) writeFileSync(path, bytes);
	}
}

/** Whole runs of the command line on one repository, several at once, with signals at any moment; after each round the repository is proven, by restic as well. */
export async function stress({directory, resticPath, seed, seconds, log}: Stress): Promise<StressResult> {
	const random = seededFractions(seed);
	const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
	const repository = join(directory, 'repository');
	writeFileSync(join(directory, 'password'), password);
	const result: StressResult = {rounds: 0, runs: 0, signalled: 0, byOutcome: {}, restored: 0, wrong: []};
	/** How long each kind of run took when it was last left in peace: signals come at any share of that. */
	const lives = new Map<string, number>();
	const versions = Array.from({length: workers}, () => 0);
	/** Backups that said that no archive was made. */
	const denied = new Set<string>();

	const run = async (operation: string, [file, ...argv]: [string, ...string[]], signal?: Sent): Promise<Ran> => {
		const begun = performance.now();
		const child = spawn(file, argv, {stdio: ['ignore', 'pipe', 'pipe']});
		let [out, err] = ['', ''];
		child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
		child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
		const timer = signal && setTimeout(() => child.kill(signal.name), signal.share * (lives.get(operation) ?? 1000));
		const [code, ended] = await new Promise<[number | null, NodeJS.Signals | null]>(resolve => child.on('close', (exitCode, by) => resolve([exitCode, by])));
		clearTimeout(timer);
		if (!signal && code === 0) lives.set(operation, performance.now() - begun);
		const sent = child.killed ? signal?.name : undefined;
		result.runs++;
		if (sent) result.signalled++;
		const outcome = `${operation} ${ended ?? code}`;
		result.byOutcome[outcome] = (result.byOutcome[outcome] ?? 0) + 1;
		return {operation, argv, code, ended, sent, out, err};
	};
	const place = ['-r', repository, '-p', join(directory, 'password')];
	const lazarette = async (operation: string, argv: string[], signal?: Sent): Promise<Ran> => run(operation, [process.execPath, program, ...place, ...argv], signal);
	const expect = (ran: Ran, allowed: ReadonlySet<number> = fine): void => {
		const isFine = ran.code === null ? ran.sent === ran.ended : allowed.has(ran.code) && (ran.code !== 143 || ran.sent !== undefined);
		if (!isFine) result.wrong.push(`seed ${seed}, round ${result.rounds}: ${ran.argv.join(' ')} ended with ${ran.ended ?? ran.code} (sent ${ran.sent}): ${ran.err}${ran.out.slice(0, 2000)}`);
	};
	const must = async (operation: string, ...argv: string[]): Promise<string> => {
		const ran = await lazarette(operation, argv);
		if (ran.code !== 0) result.wrong.push(`seed ${seed}, round ${result.rounds}: ${argv.join(' ')} ended with ${ran.code}: ${ran.err}${ran.out}`);
		return ran.out;
	};

	const backup = async (worker: number, signal?: Sent): Promise<void> => {
		const source = join(directory, `source-${worker}`);
		if (random() < 0.7) versions[worker]!++;
		const version = versions[worker]!;
		writeContent(source, contentOf(worker, version));
		const mark = randomUUID();
		const ran = await lazarette('backup', ['--json', 'backup', source, '--as', '/data', '--host', `w${worker}`, '--tag', `v${version}`, '--tag', mark], signal);
		expect(ran);
		if (ran.code !== null && ran.code !== 0 && ran.code !== 10) denied.add(mark);
	};
	const argvOf: Record<string, (worker: number) => string[]> = {
		restore: worker => ['restore', 'latest', '--host', `w${worker}`, '--from', '/data', '--to', join(directory, `target-${worker}`), '--delete'],
		check: () => ['check', ...pick([[], ['--read-data'], ['--read-data-subset', '1/2']])],
		forget: worker => ['forget', '--keep-last', '2', '--host', `w${worker}`, ...pick([[], ['--prune', '--max-unused', '0']])],
		prune: () => ['prune', ...pick([[], ['--max-unused', '0'], ['--max-repack-size', '500k']])],
		tag: worker => ['tag', 'latest', '--add', `t${worker}`],
		pin: () => ['pin', 'latest'],
		unlock: () => ['unlock'],
		archives: () => ['archives'],
		find: () => ['find', 'f1'],
		dump: worker => ['dump', 'latest', '/data', '--target', join(directory, `dump-${worker}.tar`), '--force'],
		'repair index': () => ['repair', 'index', ...pick([[], ['--read-all-packs']])],
		'repair snapshots': () => ['repair', 'snapshots'],
	};
	const resticRun = async (worker: number, signal?: Sent): Promise<void> => {
		const source = join(directory, `source-${worker}`);
		writeContent(source, contentOf(worker, versions[worker]!));
		const argv = pick([['backup', '--host', 'restic', source], ['backup', '--host', 'restic', source], ['prune'], ['prune', '--max-unused', '0'], ['forget', '--keep-last', '2', '--host', 'restic', '--prune'], ['check', '--read-data'], ['tag', '--add', 'r', '--host', 'restic'], ['repair', 'index']]);
		expect(await run(`restic ${argv[0]!}`, [resticPath, '--no-cache', ...place, ...argv], signal), fineOfRestic);
	};
	const operations = ['restic', 'restic', 'restic', 'restic', 'backup', 'backup', 'backup', 'backup', 'forget', 'forget', 'prune', 'prune', 'restore', 'restore', ...Object.keys(argvOf)];

	const work = async (worker: number): Promise<void> => {
		for (let run = 0; run < runsInARound; run++) {
			const signal = random() < 0.4 ? {name: pick(['SIGKILL', 'SIGTERM', 'SIGINT'] as const), share: 0.1 + random()} : undefined;
			const operation = pick(operations);
			if (operation === 'backup') await backup(worker, signal);
			else if (operation === 'restic') await resticRun(worker, signal);
			else expect(await lazarette(operation, argvOf[operation]!(worker), signal));
		}
	};

	const prove = async (): Promise<void> => {
		await must('unlock', 'unlock', '--all');
		await must('check', 'check', '--read-data');
		const {code, stdout, stderr} = await restic(resticPath, repository, password, ['check', '--read-data']);
		if (code !== 0) result.wrong.push(`seed ${seed}, round ${result.rounds}: restic check: ${stderr}${stdout}`);
		const listed = (await must('archives', '--json', 'archives')).trim().split('\n').filter(line => line !== '').map(line => JSON.parse(line) as {id: string; hostname: string; tags: string[]});
		for (const {tags, id} of listed) if (tags.some(tag => denied.has(tag))) result.wrong.push(`seed ${seed}, round ${result.rounds}: archive ${id} is there, though its backup said that it failed`);
		const own = listed.filter(({hostname}) => hostname.startsWith('w'));
		for (let number = 0; number < 2 && own.length > 0; number++) {
			const {id, hostname, tags} = pick(own);
			const target = join(directory, 'proven');
			await must('restore', 'restore', id, '--from', '/data', '--to', target);
			const version = Number(tags.find(tag => /^v\d+$/.test(tag))!.slice(1));
			const digest = (content: Iterable<readonly [string, Buffer]>): string => JSON.stringify([...content].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]).sort(([a], [b]) => (a! < b! ? -1 : 1)));
			const found = readdirSync(target, {recursive: true, withFileTypes: true}).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
			const restored = found.map(path => [path.slice(target.length + 1), readFileSync(path)] as const);
			if (digest(restored) !== digest(contentOf(Number(hostname.slice(1)), version))) result.wrong.push(`seed ${seed}, round ${result.rounds}: archive ${id} (${tags.join(', ')}) is not what was backed up`);
			result.restored++;
			rmSync(target, {recursive: true, force: true});
		}
	};

	await must('init', 'init');
	const end = performance.now() + seconds * 1000;
	while (performance.now() < end && result.wrong.length === 0) {
		await Promise.all(Array.from({length: workers}, async (_, worker) => work(worker)));
		await prove();
		result.rounds++;
		if (result.rounds % 10 === 0) log(`round ${result.rounds}: ${result.runs} runs`);
	}
	return result;
}
