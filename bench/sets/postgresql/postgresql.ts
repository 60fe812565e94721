import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmod, chown, mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {runCommand} from '../../command.ts';
import {SetUnavailable} from '../data-set.ts';
import {postgresPrograms} from './programs.ts';
import {serverUser} from './server-user.ts';
import type {Command} from '../../command.ts';
import type {DataSet, MakePlace} from '../data-set.ts';
import type {PostgresPrograms} from './programs.ts';

/** pgbench makes about 15 MB for each. */
const fullScale = 70;
const transactions = 20_000;
const clients = 4;

/** The data directory of a database that was shut down cleanly. Not the same bytes in every run: the server writes its own times and identifiers. */
export const postgresql: DataSet = {
	title: 'data directory of PostgreSQL with 70 pgbench units, 1.1 GB; then 20 000 pgbench transactions',
	async make(place) {
		const programs = await postgresPrograms(join(place.scratch, 'programs'), place.log, place.signal);
		const user = await serverUser();
		const sockets = join(place.scratch, 'sockets');
		for (const path of [place.directory, sockets]) {
			await mkdir(path);
			await chmod(path, 0o700);
			if (user) await chown(path, user.uid, user.gid);
		}

		const command = (name: string, args: string[]): Command => ({program: join(programs.directory, name), args, env: programs.env, cwd: sockets, ...(user && {user})});
		const units = Math.max(1, Math.round(fullScale * place.scale));
		const pgbench = (...args: string[]): Command => command('pgbench', ['--host', sockets, '--username', 'bench', '--quiet', ...args, 'postgres']);
		try {
			await runCommand(command('initdb', ['--pgdata', place.directory, '--username', 'bench', '--encoding', 'UTF8', '--no-locale', '--auth', 'trust', '--no-sync']), place.signal);
		} catch (error) {
			throw unavailable(error, programs, place);
		}
		await whileRunning(command, place, sockets, async () => runCommand(pgbench('--initialize', '--scale', String(units)), place.signal));
		return {
			async change(generation) {
				const each = Math.max(25, Math.round((transactions * place.scale) / clients));
				// pgbench takes --quiet only when it initializes.
				const run = command('pgbench', ['--host', sockets, '--username', 'bench', '--no-vacuum', '--client', String(clients), '--transactions', String(each), '--random-seed', String(generation), 'postgres']);
				await whileRunning(command, place, sockets, async () => runCommand(run, place.signal));
			},
		};
	},
};

/** Starts the server, waits until it answers, and shuts it down cleanly whatever happened. */
async function whileRunning(command: (name: string, args: string[]) => Command, {directory, signal}: MakePlace, sockets: string, work: () => Promise<unknown>): Promise<void> {
	const settings = {listen_addresses: '', unix_socket_directories: sockets, unix_socket_permissions: '0700', fsync: 'off', wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '256MB', shared_buffers: '64MB'};
	const {program, args, env, cwd, user} = command('postgres', ['-D', directory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]);
	const server = spawn(program, args, {stdio: ['ignore', 'ignore', 'pipe'], env, cwd, ...user});
	let log = '';
	server.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4000)));
	const killAtExit = (): void => void server.kill('SIGQUIT');
	process.once('exit', killAtExit);
	const ended = once(server, 'exit');
	try {
		for (let attempt = 0; ; attempt++) {
			if (server.exitCode !== null || attempt === 300) throw new Error(`PostgreSQL did not come up: ${log}`);
			if (log.includes('database system is ready to accept connections')) break;
			await delay(100, undefined, {signal});
		}
		await work();
	} finally {
		// SIGINT is PostgreSQL's fast shutdown: sessions end, everything is written.
		server.kill('SIGINT');
		await ended;
		process.off('exit', killAtExit);
	}
}

function unavailable(error: unknown, {version}: PostgresPrograms, {signal}: MakePlace): unknown {
	return signal.aborted ? error : new SetUnavailable(`${version} cannot make a database here: ${error instanceof Error ? error.message : String(error)}`);
}
