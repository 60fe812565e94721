import {randomBytes} from 'node:crypto';
import {chmod, mkdtemp, readFile, rm, statfs, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export type Workspace = AsyncDisposable & {
	directory: string;
	/** For the results: where the bytes were. */
	description: string;
	password: string;
	passwordFile: string;
};

const tmpfsMagic = 0x01021994;
/** Source, repositories of two peers and a restored tree, at their largest. */
const fullSizeBytes = 5 * 1024 ** 3;

/** A directory that is gone afterwards: in memory when twice of what is needed is free there, else on disk. */
export async function openWorkspace(wish: string | undefined, scale: number): Promise<Workspace> {
	const base = wish ?? ((await memoryHasRoom(fullSizeBytes * scale)) ? '/dev/shm' : tmpdir());
	const directory = await mkdtemp(join(base, 'lazarette-bench-'));
	// The database's user has to pass through.
	await chmod(directory, 0o711);
	const password = randomBytes(32).toString('base64');
	const passwordFile = join(directory, 'password');
	await writeFile(passwordFile, `${password}\n`, {mode: 0o600});
	const {type} = await statfs(directory);
	return {
		directory,
		description: type === tmpfsMagic ? 'in memory (tmpfs): no disk is waited for, and fsync costs nothing' : 'on disk, with a warm page cache',
		password,
		passwordFile,
		[Symbol.asyncDispose]: async () => rm(directory, {recursive: true, force: true}),
	};
}

async function memoryHasRoom(bytes: number): Promise<boolean> {
	const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024;
	const shared = await statfs('/dev/shm').catch(() => undefined);
	return shared?.type === tmpfsMagic && shared.bavail * shared.bsize > bytes && available > 2 * bytes;
}
