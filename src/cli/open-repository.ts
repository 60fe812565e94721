import {readFile} from 'node:fs/promises';
import type {Command} from 'commander';
import {LazaretteError, describeError} from '../base/errors.ts';
import {withClosing} from '../base/with-closing.ts';
import {judgeAllLive} from '../repository/restic/lock/lock-policy.ts';
import {openResticRepository} from '../repository/restic/restic-repository.ts';
import type {OpenResticRepository, ResticRepository} from '../repository/restic/restic-repository.ts';
import {openStorage} from '../storage/open-storage.ts';
import {parseLocation} from '../storage/parse-location.ts';
import type {Storage} from '../storage/storage.ts';
import type {CliContext, GlobalOptions} from './cli-context.ts';
import {warningsExitCode} from './cli-context.ts';

/** Opens the repository of the global options, gives it to `use`, and returns its lock whatever happened. */
export async function withRepository<T>(command: Command, context: CliContext, use: (repository: ResticRepository) => Promise<T>, extra: Partial<OpenResticRepository> = {}): Promise<T> {
	return withRepositoryOptions(command, context, async options => withOpened({...options, ...extra}, context, use));
}

/** What opening or creating a repository takes, for as long as `use` runs. */
export async function withRepositoryOptions<T>(command: Command, context: CliContext, use: (options: OpenResticRepository) => Promise<T>): Promise<T> {
	const options = command.optsWithGlobals<GlobalOptions>();
	if (options.repository === undefined) throw missing('--repository', 'LAZARETTE_REPOSITORY');
	if (options.passwordFile === undefined) throw missing('--password-file', 'LAZARETTE_PASSWORD_FILE');
	const place = {repository: options.repository, passwordFile: options.passwordFile, caFile: options.caFile};
	return withPlace(place, optionNames, context, async opened => use({...opened, lock: options.lock, ...(options.retryLock !== undefined && {lockPatienceMs: options.retryLock})}));
}

/** Another repository than that of the global options, such as the one to copy from. */
export async function withOtherRepository<T>(place: Place, names: OptionNames, context: CliContext, use: (repository: ResticRepository) => Promise<T>, extra: Partial<OpenResticRepository> = {}): Promise<T> {
	return withPlace(place, names, context, async options => withOpened({...options, ...extra}, context, use));
}

async function withOpened<T>(options: OpenResticRepository, context: CliContext, use: (repository: ResticRepository) => Promise<T>): Promise<T> {
	const repository = await openResticRepository(options);
	return withClosing(async () => use(repository), async () => repository.close(), error => {
		context.errorLine(`lazarette: all was done, but our lock could not be removed: ${describeError(error)}; lazarette unlock shows it`);
		context.exitCode ||= warningsExitCode;
	});
}

export type Place = {repository: string; passwordFile: string; caFile?: string | undefined};
/** What the options are called, for messages. */
export type OptionNames = {passwordFile: string; caFile: string};

const optionNames: OptionNames = {passwordFile: '--password-file', caFile: '--ca-file'};

async function withPlace<T>(place: Place, names: OptionNames, context: CliContext, use: (options: OpenResticRepository) => Promise<T>): Promise<T> {
	const password = await readPassword(place.passwordFile, names.passwordFile);
	const storage = await openLocation(place, names, context);
	const {clock, random, signal, hostname, username} = context;
	const holder = {hostname, username, pid: process.pid, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0};
	const options = {storage, password, clock, random, signal, holder, judgeLock: judgeAllLive};
	return withClosing(async () => use(options), async () => storage.close(), () => {});
}

async function openLocation({repository, caFile}: Place, names: OptionNames, {workingDirectory, clock, random}: CliContext): Promise<Storage> {
	const location = parseLocation(repository, workingDirectory);
	const caBundle = caFile === undefined ? undefined : await readText(caFile, names.caFile);
	return openStorage(location.kind === 's3' && caBundle !== undefined ? {...location, caBundle} : location, {clock, random});
}

/** A password from a file, without the line break at its end. @throws BadRequest naming the option */
export async function readPassword(file: string, option: string): Promise<string> {
	const password = (await readText(file, option)).replace(/\r?\n$/, '');
	if (password === '') throw new LazaretteError('BadRequest', `${option} ${file} is empty`, {hint: 'put the password into it'});
	return password;
}

async function readText(file: string, option: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		throw new LazaretteError('BadRequest', `${option} ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`, {hint: 'name a file that this user may read', cause: error});
	}
}

const missing = (option: string, variable: string): LazaretteError => new LazaretteError('BadRequest', `${option} is missing`, {hint: `give ${option} or set ${variable}`});
