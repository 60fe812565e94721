import {readFile} from 'node:fs/promises';
import {SetUnavailable} from '../data-set.ts';

/** PostgreSQL refuses to run as root: the user `postgres` then, else `nobody`. Undefined when this process is not root. */
export async function serverUser(): Promise<{uid: number; gid: number} | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const accounts = new Map((await readFile('/etc/passwd', 'utf8')).split('\n').map(line => [line.split(':')[0], line.split(':')]));
	const account = accounts.get('postgres') ?? accounts.get('nobody');
	if (!account) throw new SetUnavailable('PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody');
	return {uid: Number(account[2]), gid: Number(account[3])};
}
