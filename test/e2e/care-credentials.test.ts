import {DeleteObjectCommand} from '@aws-sdk/client-s3';
import {startVersitygw} from '../contract/_versitygw.ts';
import {careCondition, everyMinute, patchRepository, repositoryThat} from './_care.ts';
import {backUp, claimWith, repositoryFor, restic, spaceOf, storeGate, testWith} from './_cluster.ts';
import {moverJobs} from './_movers.ts';
import {putSecret} from './_repository.ts';
import {clientOf} from './_store.ts';

const test = testWith('snapshots', 'node');
const direct = {capture: {method: 'Direct'}} as const;

test('with credentials of its own for maintenance, movers that write need no permission to delete archives or data', async t => {
	const space = await spaceOf(t);
	// The cluster's own store has one account only.
	const server = await startVersitygw(t, {accounts: true});
	const {bucket} = await server.location();
	const [writer, carer] = [await server.createUser('writer'), await server.createUser('carer')];
	const gate = await storeGate(t, {store: server.endpoint});
	const read = ['s3:GetObject', 's3:PutObject'];
	await server.putBucketPolicy(bucket, policyOf(bucket, [
		{account: writer.accessKeyId, actions: ['s3:ListBucket'], keys: ['']},
		{account: writer.accessKeyId, actions: read, keys: ['/*']},
		{account: writer.accessKeyId, actions: ['s3:DeleteObject'], keys: ['/shop/locks/*']},
		{account: carer.accessKeyId, actions: ['s3:ListBucket'], keys: ['']},
		{account: carer.accessKeyId, actions: [...read, 's3:DeleteObject'], keys: ['/*']},
	]));

	const claim = await claimWith(t);
	const repository = await repositoryFor(t, {
		s3: {endpoint: gate.endpoint, bucket, prefix: 'shop'},
		credentials: writer,
		spec: {retention: {last: 1}, maintenance: {prune: {cron: everyMinute}, jitterSeconds: 0, retentionGraceSeconds: 0}},
	});
	for (let run = 0; run < 3; run++) t.is((await backUp(t, claim, direct)).status.outcome, 'Succeeded');
	const s3 = {...space.world.s3, endpoint: server.endpoint, ...server.credentials};
	const inBucket = {...repository, store: {...repository.store!, bucket, prefix: 'shop'}, space: {...space, world: {...space.world, s3}}};
	const archive = (JSON.parse(await restic(inBucket, 'snapshots', '--json')) as Array<{id: string}>)[0]!.id;
	const client = clientOf({...s3, ...writer});
	await t.throwsAsync(client.send(new DeleteObjectCommand({Bucket: bucket, Key: `shop/snapshots/${archive}`})), {name: 'AccessDenied'});
	client.destroy();

	const refused = await repositoryThat(repository, 'cannot be maintained by who may not delete', object => careCondition(object, 'Maintained')?.reason === 'AccessDenied');
	t.is(careCondition(refused, 'Maintained')?.status, 'False');
	t.true(moverJobs(space, refused).length < 12, 'failures leave no heap of Jobs');

	await putSecret(space, 'offsite-care', carer);
	await patchRepository(repository, {spec: {maintenance: {credentialsSecretRef: {name: 'offsite-care'}}}});
	await repositoryThat(repository, 'is maintained with the other credentials', object => careCondition(object, 'Maintained')?.status === 'True' && object.status.archives === 1);
	t.is((JSON.parse(await restic(inBucket, 'snapshots', '--json')) as unknown[]).length, 1);
	t.regex(await restic(inBucket, 'check'), /no errors were found/v);
	t.is((await backUp(t, claim, direct)).status.outcome, 'Succeeded');
});

type Permission = {account: string; actions: string[]; keys: string[]};

const policyOf = (bucket: string, permissions: readonly Permission[]) => ({
	Version: '2012-10-17',
	Statement: permissions.map(({account, actions, keys}) => ({Effect: 'Allow', Principal: {AWS: [account]}, Action: actions, Resource: keys.map(key => `arn:aws:s3:::${bucket}${key}`)})),
});
