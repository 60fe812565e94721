import {getSystemErrorName} from 'node:util';

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
	if (error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string') return error.code;
	return undefined;
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

function errnoName(errno: number): string {
	try {
		return getSystemErrorName(-errno);
	} catch {
		return `errno ${errno}`;
	}
}
