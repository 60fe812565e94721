import {LazaretteError} from '../../../base/errors.ts';
import {faults} from './blob-opener.ts';

/** A blob that was not what it must be, in words. `what` names it and its pack. */
export function blobFault(fault: number, what: string, sealedLength: number): LazaretteError {
	switch (fault) {
		case faults.seal:
			return new LazaretteError('RepositoryDamaged', `${what} (${sealedLength} bytes) fails its authentication: it was truncated, altered, or belongs to another repository`, {context: {object: what}});
		case faults.frame:
			return new LazaretteError('RepositoryDamaged', `${what} is no zstd frame of the length that the index says`, {context: {object: what}});
		default:
			return new LazaretteError('RepositoryDamaged', `${what} is not what its ID says`, {context: {object: what}});
	}
}
