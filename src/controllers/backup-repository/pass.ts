import type {BackupRepository, BackupRepositoryStatus} from '../../api/v1alpha1/backup-repository.ts';
import type {SecretFacts} from '../shared/check-secrets.ts';
import type {MadeArchive} from '../shared/repository-news.ts';
import type {PassTools} from '../shared/services.ts';
import type {Standing} from '../shared/standing.ts';

/** One pass over a BackupRepository: the object, the tools, and the status as it will be written. */
export type RepositoryPass = PassTools & {
	repository: BackupRepository & {metadata: {namespace: string}};
	status: BackupRepositoryStatus;
	inputs?: ProbeInputs;
	/** What a probe that ended says; absent when none did, and the repository stands as before. */
	verdict?: Standing;
	/** Probes whose end status tells now. */
	ended: Set<string>;
	/** When repository care wants to be looked at again. */
	careAgainMs?: number;
	/** Archives of runs that status counts now. */
	counted: readonly MadeArchive[];
};

/** What a probe depends on. When the fingerprint changes, an earlier probe tells nothing any more. */
export type ProbeInputs = {secrets: SecretFacts; fingerprint: string};

/** Works on a copy of the status: cached objects are shared. */
export function beginPass(repository: BackupRepository, tools: PassTools): RepositoryPass {
	const namespace = repository.metadata.namespace ?? '';
	return {...tools, repository: {...repository, metadata: {...repository.metadata, namespace}}, status: structuredClone(repository.status), ended: new Set(), counted: []};
}
