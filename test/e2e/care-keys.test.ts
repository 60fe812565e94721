import {randomBytes} from 'node:crypto';
import {backupRepositories} from '../../src/controllers/resources.ts';
import {patchRepository, repositoryThat} from './_care.ts';
import {backUp, claimWith, repositoryFor, restic, testWith, waitForReason} from './_cluster.ts';
import {isReady} from './_conditions.ts';
import {putSecret} from './_repository.ts';

const test = testWith('snapshots');
const direct = {capture: {method: 'Direct'}} as const;

test('a new password takes over by naming both Secrets, backups go on, and the old one stops to open the repository', async t => {
	const claim = await claimWith(t);
	const repository = await repositoryFor(t);
	t.is((await backUp(t, claim, direct)).status.outcome, 'Succeeded');
	const {space, name} = repository;

	const password = randomBytes(24).toString('base64url');
	await putSecret(space, 'offsite-key-2', {password});
	const both = (removePreviousAfterSeconds: number) => ({spec: {encryption: {passwordSecretRef: {name: 'offsite-key-2'}, previousPasswordSecretRef: {name: `${name}-key`}, removePreviousAfterSeconds}}});
	await patchRepository(repository, both(3600));
	const taken = await repositoryThat(repository, 'is opened with the new password', object => isReady(object) && object.status.keys?.previous);
	const old = taken.status.keys!.previous!;
	t.is((await backUp(t, claim, direct)).status.outcome, 'Succeeded');
	t.is(keysOf(await restic({...repository, password}, 'key', 'list', '--json')).length, 2);
	t.is(keysOf(await restic(repository, 'key', 'list', '--json')).length, 2, 'the old password opens it beside the new one');

	await patchRepository(repository, both(0));
	await repositoryThat(repository, 'has removed the old key', ({status}) => status.maintenance?.removeKey?.lastTime !== undefined);
	t.deepEqual(keysOf(await restic({...repository, password}, 'key', 'list', '--json')).filter(({id}) => old.startsWith(id)), []);
	await t.throwsAsync(restic(repository, 'snapshots'), {message: /wrong password or no key found/v});
	t.regex(await restic({...repository, password}, 'check'), /no errors were found/v);
	t.is((await backUp(t, claim, direct)).status.outcome, 'Succeeded');
});

test('a wrong password without the right one before it changes nothing', async t => {
	const repository = await repositoryFor(t);
	await putSecret(repository.space, 'wrong', {password: randomBytes(24).toString('base64url')});
	await patchRepository(repository, {spec: {encryption: {passwordSecretRef: {name: 'wrong'}, previousPasswordSecretRef: {name: 'not-there'}}}});
	await waitForReason(repository.space, backupRepositories, repository.name, 'WrongPassword');
	t.is((await repository.store!.keys('keys/')).length, 1);
});

const keysOf = (json: string): Array<{id: string}> => JSON.parse(json) as Array<{id: string}>;
