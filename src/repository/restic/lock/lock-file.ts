import {LazaretteError} from '../../../base/errors.ts';
import {goJson} from '../files/go-json.ts';
import {formatGoDate, parseGoDate} from '../files/go-time.ts';

/** Who holds a lock, as every user of the repository sees it. */
export type LockHolder = {hostname: string; username: string; pid: number; uid: number; gid: number};

export type LockContent = LockHolder & {
	/** When it was written or last refreshed, by its holder's clock. */
	time: Date;
	/** Tolerates no other lock; a shared one tolerates other shared ones. */
	exclusive: boolean;
};

/** One lock of the repository as it was read. */
export type Lock = LockContent & {id: string};

/** The JSON of a lock, in restic's order; goes through `encodeUnpacked`. */
export const encodeLock = ({time, exclusive, hostname, username, pid, uid, gid}: LockContent): Buffer =>
	Buffer.from(goJson({time: formatGoDate(time), exclusive, hostname, username, pid, uid: uid || undefined, gid: gid || undefined}));

/** @throws RepositoryDamaged naming the lock: nobody can tell what an unreadable one protects */
export function decodeLock(json: Buffer, id: string): Lock {
	let lock: Record<string, unknown> | null;
	try {
		lock = JSON.parse(json.toString('utf8')) as typeof lock;
	} catch (error) {
		throw malformed(id, 'is not JSON', error);
	}

	const time = typeof lock?.time === 'string' ? parseGoDate(lock.time) : undefined;
	if (!lock || !time) throw malformed(id, 'has no valid time');
	const text = (value: unknown): string => (typeof value === 'string' ? value : '');
	const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
	return {
		id,
		time,
		exclusive: lock.exclusive === true,
		hostname: text(lock.hostname),
		username: text(lock.username),
		pid: number(lock.pid),
		uid: number(lock.uid),
		gid: number(lock.gid),
	};
}

const malformed = (id: string, problem: string, cause?: unknown): LazaretteError =>
	new LazaretteError('RepositoryDamaged', `locks/${id} ${problem}`, {hint: 'make sure that nobody works on the repository, then remove this lock', context: {lock: id}, cause});
