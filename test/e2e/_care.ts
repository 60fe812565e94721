import type {BackupRepository} from '../../src/api/v1alpha1/backup-repository.ts';
import {backupRepositories} from '../../src/controllers/resources.ts';
import {conditionOf} from './_conditions.ts';
import type {Repository} from './_repository.ts';

/** As soon as may be: care is planned to the minute. */
export const everyMinute = '* * * * *';

/** Once a day, at a minute that comes soon but not before the operator has seen it, so that one check reads all data and no other follows. */
export function soonOnly(): string {
	const at = new Date(Date.now() + 80_000);
	return `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
}

/** Waits until the repository's object says so. @returns the object as it was then */
export const repositoryThat = async ({space: {seen}, current}: Repository, what: string, says: (object: BackupRepository) => unknown, timeoutMs = 240_000): Promise<BackupRepository> =>
	seen.until(`the repository ${what}`, () => (current() && says(current()) ? current() : undefined), timeoutMs);

export const careCondition = (object: BackupRepository, type: 'Maintained' | 'Checked') => conditionOf(object, type);

/** Changes the object as a person with kubectl would. */
export async function patchRepository({name, space: {kube, signal, name: namespace}}: Repository, patch: {metadata?: object; spec?: object}): Promise<void> {
	await kube.mergePatch(backupRepositories, {namespace, name}, patch, signal);
}
