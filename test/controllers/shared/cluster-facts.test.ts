import test from 'ava';
import {labels, managedByValue} from '../../../src/api/v1alpha1/group.ts';
import {mountedClaims, ownerUid} from '../../../src/controllers/shared/indexes.ts';
import {judgeMovers} from '../../../src/controllers/shared/lock-holder.ts';
import {podTrouble} from '../../../src/controllers/shared/pod-trouble.ts';
import {readyRepository} from '../../../src/controllers/shared/ready-repository.ts';
import {locationOf, repositoryRequest} from '../../../src/controllers/shared/repository-request.ts';
import {trimClaim, trimPod} from '../../../src/controllers/shared/trims.ts';
import {Store} from '../../../src/kube/cache/store.ts';
import type {BackupRepository} from '../../../src/api/v1alpha1/backup-repository.ts';
import type {Pod} from '../../../src/kube/resources.ts';
import {ago, claim, job, now, pod, repository} from '../_objects.ts';

const ended = {conditions: [{type: 'Complete', status: 'True'}]};
const moverPod = (jobName: string, phase: string): Pod => pod({phase}, {name: `${jobName}-x`, labels: {'batch.kubernetes.io/job-name': jobName}});

test('a mover lives until its Job has ended and its pod as well', t => {
	t.deepEqual(judgeMovers([job({}, 'runs'), job(ended, 'done')], [moverPod('runs', 'Running'), moverPod('done', 'Succeeded')]), {live: ['runs'], dead: ['done']});
});

test('a mover whose Job is gone still lives while its pod stops', t => {
	t.deepEqual(judgeMovers([], [moverPod('deleted', 'Running')]), {live: ['deleted'], dead: []});
	t.deepEqual(judgeMovers([], [moverPod('deleted', 'Failed')]), {live: [], dead: ['deleted']});
});

test('a Job without a pod yet is no dead mover', t => {
	t.deepEqual(judgeMovers([job({}, 'fresh')], []), {live: ['fresh'], dead: []});
});

const scheduled = (secondsAgo: number) => ({type: 'PodScheduled', status: 'True', lastTransitionTime: ago(secondsAgo)});
const waiting = (reason: string, message?: string) => ({phase: 'Pending', conditions: [scheduled(5)], containerStatuses: [{name: 'mover', image: '', imageID: '', ready: false, restartCount: 0, state: {waiting: {reason, ...(message && {message})}}}]});

test('a pod that starts in ordinary time is no trouble', t => {
	t.is(podTrouble(pod({phase: 'Pending', conditions: [scheduled(5)]}), now), undefined);
	t.is(podTrouble(pod(waiting('ContainerCreating')), now), undefined);
});

test('why a pod does not start is told: no node, no image, no container, no volume', t => {
	t.like(podTrouble(pod({conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available:\n1 Insufficient memory'}]}), now), {
		reason: 'Pending',
		message: 'no node can run pod before-upgrade-backup-1-abcde: 0/1 nodes are available: 1 Insufficient memory',
	});
	t.regex(podTrouble(pod(waiting('ImagePullBackOff', 'not found')), now)!.message, /^the image of pod .* \(ImagePullBackOff\): not found$/v);
	t.regex(podTrouble(pod(waiting('CreateContainerError', 'no idmap')), now)!.message, /^the container of pod .*no idmap$/v);
	t.like(podTrouble(pod({conditions: [scheduled(30)]}), now), {reason: 'VolumeAttachPending', message: 'the volumes of pod before-upgrade-backup-1-abcde are not yet mounted on node node-1'});
});

test('of a pod that is no mover the cache keeps what it mounts, where it runs and whether it has ended', t => {
	const full: Pod = {
		...pod({phase: 'Running', podIP: '10.0.0.1', containerStatuses: []}, {labels: {app: 'x'}, annotations: {big: 'x'.repeat(1000)}}),
		spec: {
			nodeName: 'node-1',
			tolerations: [{operator: 'Exists'}],
			containers: [{name: 'app', image: 'app', env: [{name: 'PASSWORD', value: 'secret'}]}],
			volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'orders-db'}}, {name: 'scratch', ephemeral: {volumeClaimTemplate: {spec: {}}}}, {name: 'config', configMap: {name: 'c'}}],
		},
	};
	const trimmed = trimPod(full);
	t.deepEqual(mountedClaims(trimmed), ['shop/orders-db', 'shop/before-upgrade-backup-1-abcde-scratch']);
	t.deepEqual(trimmed.status, {phase: 'Running'});
	t.like(trimmed.spec, {nodeName: 'node-1', tolerations: [{operator: 'Exists'}]});
	t.false(JSON.stringify(trimmed).includes('secret') || JSON.stringify(trimmed).includes('xxx'));
});

test('of a mover the cache keeps how it is and whose it is', t => {
	const mover = pod({phase: 'Failed', containerStatuses: []}, {labels: {[labels.managedBy]: managedByValue}, annotations: {'lazarette.dev/owner-name': 'before-upgrade', 'lazarette.dev/mover-request': '{}'}, ownerReferences: [{apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true}]});
	const trimmed = trimPod(mover);
	t.deepEqual(trimmed.status, mover.status);
	t.deepEqual(trimmed.metadata.annotations, {'lazarette.dev/owner-name': 'before-upgrade'});
	t.deepEqual(ownerUid(trimmed), ['u']);
});

test('a claim in the cache can still be selected, staged and mounted', t => {
	const {annotations: _annotations, ...metadata} = claim().metadata;
	t.deepEqual(trimClaim(claim()), {...claim(), metadata});
});

function judged(change: Partial<BackupRepository> & {status?: BackupRepository['status']}) {
	const store = new Store<BackupRepository>();
	store.put({...repository(), ...change});
	return readyRepository({namespace: 'shop', name: 'offsite'}, {repositories: {store} as never});
}

const condition = (status: 'True' | 'False', reason: string, message: string) => ({type: 'Ready', status, reason, message, observedGeneration: 1, lastTransitionTime: ago(5)});
const available = {observedGeneration: 1, repositoryId: 'a'.repeat(64), conditions: [condition('True', 'Available', 'it was opened with its password')]};

test('a run waits for a repository that is missing, unseen, changed, going or failing, and says which', t => {
	t.regex((readyRepository({namespace: 'shop', name: 'nowhere'}, {repositories: {store: new Store<BackupRepository>()} as never}) as {message: string}).message, /nowhere does not exist in namespace shop/v);
	t.like(judged({}), {kind: 'wait', reason: 'RepositoryNotReady', message: 'BackupRepository offsite is not Ready yet'});
	t.like(judged({metadata: {...repository().metadata, generation: 2}, status: available}), {kind: 'wait', message: 'BackupRepository offsite is not Ready yet'});
	t.like(judged({metadata: {...repository().metadata, deletionTimestamp: ago(1)}, status: available}), {kind: 'wait', message: 'BackupRepository offsite is being deleted'});
	t.like(judged({status: {...available, conditions: [condition('False', 'WrongPassword', 'no key opens')]}}), {kind: 'wait', message: 'BackupRepository offsite is not Ready (WrongPassword): no key opens'});
	t.is(judged({status: available}).kind, 'ready');
});

test('a mover is told where the repository is, and which ID to expect once one is known', t => {
	const secrets = {versions: {}, credentialKeys: ['accessKeyId', 'secretAccessKey', 'caBundle']};
	t.deepEqual(repositoryRequest(repository({}, available), secrets), {
		storage: {kind: 's3', endpoint: 'https://s3.example.net', bucket: 'backups', prefix: 'prod/shop', addressing: 'Auto', credentials: 'Secret', caBundle: true},
		layout: 'Restic',
		expectedId: 'a'.repeat(64),
	});
	const onClaim = repository({storage: {filesystem: {claimName: 'vault', path: 'shop/db'}}});
	t.deepEqual(repositoryRequest(onClaim, secrets), {storage: {kind: 'filesystem', path: '/repository/shop/db'}, layout: 'Restic'});
	t.is(locationOf(repository().spec), 's3:https://s3.example.net/backups/prod/shop');
	t.is(locationOf(onClaim.spec), 'claim vault/shop/db');
});
