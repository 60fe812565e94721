import {constants} from 'node:os';

/** A system call that failed. `code` is the errno name, e.g. `ENOENT`; stays inside the engine, which decides what it means. */
export class SystemError extends Error {
	override readonly name = 'SystemError';
	readonly code: string;
	readonly call: string;

	constructor(code: string, call: string) {
		super(`${call}: ${code}`);
		this.code = code;
		this.call = call;
	}
}

export const systemError = (errno: number, call: string): SystemError => new SystemError(errnoName(errno), call);

/** The errno name of anything thrown by a system call, ours or Node's; undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
	if (error instanceof SystemError) return error.code;
	if (!(error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string')) return undefined;
	// Node has no name for some, EDQUOT among them, and then calls them UNKNOWN.
	return error.code === 'UNKNOWN' && 'errno' in error && typeof error.errno === 'number' ? errnoName(-error.errno) : error.code;
}

/** Runs a call whose failure with one of `codes` is an answer, not an error. */
export function unless<T>(codes: readonly string[], call: () => T): T | undefined {
	try {
		return call();
	} catch (error) {
		const code = systemCode(error);
		if (code !== undefined && codes.includes(code)) return undefined;
		throw error;
	}
}

/** Of two names for one number the first counts, as for libuv: EAGAIN, ENOTSUP. */
const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name] as const).toReversed());

const errnoName = (errno: number): string => names.get(errno) ?? `errno ${errno}`;
