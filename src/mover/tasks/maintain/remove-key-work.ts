import type {MaintainWork} from '../../../api/v1alpha1/mover-contract.ts';
import type {ResticRepository} from '../../../repository/restic/restic-repository.ts';
import type {MoverContext} from '../../mover-context.ts';
import type {WorkResult} from './work-result.ts';

/** Takes away the password before the present one. The engine never removes the key in use; one that is gone already is no error. */
export async function removeKeyWork({keyId}: Extract<MaintainWork, {kind: 'removeKey'}>, repository: ResticRepository, {signal}: MoverContext): Promise<WorkResult> {
	const keys = await repository.keys(signal);
	const isThere = keys.some(({id}) => id === keyId);
	if (isThere) await repository.removeKey(keyId, signal);
	return {facts: {kind: 'removeKey'}, message: isThere ? `key ${keyId.slice(0, 8)} of the password before was removed` : `key ${keyId.slice(0, 8)} was removed before`, warnings: []};
}
