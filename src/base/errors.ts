/**
What can go wrong, by consequence for the caller rather than by place. `src/api/v1alpha1/failures.ts` maps each code to a condition
reason and a mover exit code; nothing else may do so.
*/
export const errorCodes = [
	'Unexpected',
	'BadRequest',
	'InvalidGlob',
	'StoreUnreachable',
	'StoreThrottled',
	'StoreFull',
	'BudgetExceeded',
	'AccessDenied',
	'BucketNotFound',
	'ObjectNotFound',
	'ObjectExists',
	'WrongPassword',
	'NotARepository',
	'RepositoryExists',
	'UnsupportedVersion',
	'RepositoryDamaged',
	'LockedByOther',
	'LockLost',
	'ArchiveNotFound',
	'SourceNotFound',
	'SourceEmpty',
	'SourceShrank',
	'FilesUnreadable',
	'TargetNotEmpty',
	'TargetFull',
	'TargetReadOnly',
	'VerificationFailed',
	'DeadlineExceeded',
	'Cancelled',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** `no`: a person must act or the run has failed. `later`: the world may mend itself, try after a pause. `now`: try again at once. */
export type RetryAdvice = 'no' | 'later' | 'now';

export type ErrorDetails = {
	/** What the reader can do about it, one sentence. */
	hint?: string;
	retry?: RetryAdvice;
	/** Names and values that belong to the failure; never a secret. */
	context?: Record<string, string | number | boolean>;
	cause?: unknown;
};

/** The one error that crosses a module border. `message` says what failed and on which object; `hint` says who must do what. */
export class LazaretteError extends Error {
	override readonly name = 'LazaretteError';
	readonly code: ErrorCode;
	readonly retry: RetryAdvice;
	readonly hint: string | undefined;
	readonly context: Readonly<Record<string, string | number | boolean>>;

	constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
		super(message, details.cause === undefined ? undefined : {cause: details.cause});
		this.code = code;
		this.retry = details.retry ?? defaultRetry(code);
		this.hint = details.hint;
		this.context = details.context ?? {};
	}
}

export const isLazaretteError = (error: unknown, code?: ErrorCode): error is LazaretteError =>
	error instanceof LazaretteError && (code === undefined || error.code === code);

/** Anything thrown, as a LazaretteError: known ones as they are, others as `Unexpected` with the original as cause. */
export function toLazaretteError(error: unknown): LazaretteError {
	if (error instanceof LazaretteError) return error;
	if (error instanceof Error && error.name === 'AbortError') return new LazaretteError('Cancelled', 'the operation was cancelled', {cause: error});
	return new LazaretteError('Unexpected', error instanceof Error ? error.message : String(error), {cause: error});
}

/** `message` and, after a dash, `hint`: what a person should read. */
export const describeError = (error: LazaretteError): string => (error.hint ? `${error.message} - ${error.hint}` : error.message);

const retryLater: ReadonlySet<ErrorCode> = new Set(['StoreUnreachable', 'StoreThrottled', 'LockedByOther', 'LockLost']);

const defaultRetry = (code: ErrorCode): RetryAdvice => (retryLater.has(code) ? 'later' : 'no');
