import type {BackupRepository, BackupRepositoryStatus} from '../../api/v1alpha1/backup-repository.ts';
import type {RepositoryFacts} from '../../api/v1alpha1/mover-contract.ts';

type Keys = NonNullable<BackupRepositoryStatus['keys']>;

/** How a change of the password stands, as a probe saw it: the key of the password before is removed when its time is up, and never while it is in use. */
export function noteKeys(status: BackupRepositoryStatus, {encryption}: BackupRepository['spec'], {keyId, previousKeyId}: RepositoryFacts, now: Date): void {
	if (!keyId) return;
	const before: Keys = status.keys ?? {};
	const {previousPasswordSecretRef, removePreviousAfterSeconds} = encryption;
	// Without the Secret of the password before, nobody can look whether its key is still there; what was planned holds.
	const previous = previousPasswordSecretRef ? previousKeyId : before.previous;
	if (!previous || previous === keyId) {
		status.keys = {current: keyId};
		return;
	}

	const sinceTime = before.previous === previous && before.sinceTime ? before.sinceTime : now.toISOString();
	status.keys = {current: keyId, previous, sinceTime, removeTime: new Date(Date.parse(sinceTime) + removePreviousAfterSeconds * 1000).toISOString()};
}
