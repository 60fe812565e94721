import {status} from '@grpc/grpc-js';

/** A refusal that the CSI specification has a code for; anything else that is thrown becomes INTERNAL. */
export class CsiError extends Error {
	override readonly name = 'CsiError';
	readonly code: status;

	constructor(code: keyof typeof status, message: string) {
		super(message);
		this.code = status[code];
	}
}

export function required<T>(value: T | undefined | null | '', field: string): T {
	if (value === undefined || value === null || value === '') throw new CsiError('INVALID_ARGUMENT', `${field} is missing`);
	return value;
}
