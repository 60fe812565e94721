import {LazaretteError} from '../base/errors.ts';

/** Exit code of a program whose output nobody reads any more, as shells report it of others: 128 and SIGPIPE. */
export const readerGoneExitCode = 141;

export type OutputFailure = {error: LazaretteError; /** Whoever read it has ended, such as `head`: nothing went wrong. */ readerGone: boolean};

/** Tells why what is written to `out` gets lost, once it does. Without a listener that would end the process, with its locks in the repository. */
export function watchOutput(out: NodeJS.WriteStream, err: NodeJS.WriteStream, onFailure: (failure: OutputFailure) => void): void {
	out.on('error', error => onFailure(failureOf(error)));
	err.on('error', () => {});
}

function failureOf(cause: NodeJS.ErrnoException): OutputFailure {
	const {code = 'unknown error'} = cause;
	if (code === 'EPIPE') return {readerGone: true, error: new LazaretteError('Cancelled', 'nobody reads the output any more', {cause})};
	const isFull = code === 'ENOSPC' || code === 'EDQUOT';
	return {readerGone: false, error: new LazaretteError(isFull ? 'TargetFull' : 'BadRequest', `the output can not be written (${code})`, {hint: isFull ? 'make room where it goes' : 'see where it goes', cause})};
}
