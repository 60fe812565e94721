import {LazaretteError} from '../../../base/errors.ts';

/** For what was read back before it counts and is not what was written. */
export const faultyMachine = (what: string): LazaretteError =>
	new LazaretteError('Unexpected', `${what} does not decompress to what was compressed: the memory or CPU of this machine is faulty`, {hint: 'nothing was published; run the backup on another node'});
