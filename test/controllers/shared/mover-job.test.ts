import test from 'ava';
import {moverPaths} from '../../../src/api/v1alpha1/mover-contract.ts';
import type {MoverRequest} from '../../../src/api/v1alpha1/mover-contract.ts';
import {moverJob} from '../../../src/controllers/shared/mover-job.ts';
import type {MoverJobFacts} from '../../../src/controllers/shared/mover-job-facts.ts';
import {resolveMoverSettings} from '../../../src/controllers/shared/mover-settings.ts';
import {ownerOf} from '../../../src/controllers/volume-backup/children.ts';
import {backup} from '../_objects.ts';

const request: MoverRequest = {
	version: 1,
	repository: {storage: {kind: 's3', bucket: 'backups', prefix: 'shop', addressing: 'Auto', credentials: 'Secret', caBundle: false}, layout: 'Restic'},
	holder: {name: 'job.shop.1a2b3c4d', scope: '.shop.1a2b3c4d', observedAt: '2026-11-22T02:30:00.000Z', livePods: [], deadPods: []},
	task: {kind: 'probe', initialize: true},
};

const facts = (change: Partial<MoverJobFacts> = {}): MoverJobFacts => ({
	name: 'before-upgrade-backup-0123456789',
	namespace: 'shop',
	owner: ownerOf(backup()),
	attempt: 2,
	failedBefore: 1,
	request,
	repository: {name: 'offsite', password: {secretName: 'offsite-key', key: 'password'}, credentials: {secretName: 'offsite-s3', keys: ['accessKeyId', 'secretAccessKey']}},
	volume: {claimName: 'before-upgrade-staged-0123456789', readOnly: true},
	identity: 'UserNamespaceRoot',
	settings: resolveMoverSettings({identity: 'Auto'}),
	placement: {},
	image: {name: 'registry.example.net/lazarette:1'},
	activeDeadlineSeconds: 3600,
	...change,
});

const podOf = (change: Partial<MoverJobFacts> = {}) => moverJob(facts(change)).spec!.template.spec!;

test('a backup of a snapshot as root in a user namespace', t => {
	t.snapshot(moverJob(facts()));
});

test('a restore into a claim in use, into a repository on a claim, as an ordinary user with everything set', t => {
	t.snapshot(
		moverJob(
			facts({
				volume: {claimName: 'orders-db', readOnly: false},
				repository: {name: 'local', password: {secretName: 'key', key: 'secret'}, claimName: 'vault', serviceAccountName: 'from-repository'},
				identity: 'Unprivileged',
				settings: resolveMoverSettings(
					{identity: 'Auto', resources: {limits: {memory: '1Gi'}}, nodeSelector: {disk: 'fast'}},
					{identity: 'Unprivileged', resources: {requests: {cpu: 2}}, tolerations: [{key: 'dedicated', operator: 'Equal', value: 'backup', effect: 'NoSchedule'}], securityContext: {runAsUser: 999, runAsGroup: 998, supplementalGroups: [5]}, serviceAccountName: 'own'},
				),
				placement: {node: 'node-3', tolerations: [{key: 'gpu', operator: 'Exists'}]},
				image: {name: 'registry.example.net/lazarette@sha256:0', pullPolicy: 'Always', pullSecrets: ['pull']},
			}),
		),
	);
});

test('a probe has no volume and no privilege', t => {
	const {volume: _volume, ...probe} = facts({identity: 'Unprivileged'});
	t.snapshot(moverJob(probe));
});

test('root on the node has no user namespace, and no capability that its task does not need', t => {
	const read = podOf({identity: 'HostRoot'});
	t.is(read.hostUsers, undefined);
	t.deepEqual(read.containers[0]!.securityContext!.capabilities, {drop: ['ALL'], add: ['DAC_OVERRIDE']});
	const write = podOf({identity: 'HostRoot', volume: {claimName: 'c', readOnly: false}});
	t.deepEqual(write.containers[0]!.securityContext!.capabilities!.add, ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'MKNOD', 'SETFCAP']);
});

test('a claim that is read is mounted read-only twice over: in the pod and in the container', t => {
	const pod = podOf();
	t.true(pod.volumes!.find(({name}) => name === 'volume')!.persistentVolumeClaim!.readOnly);
	t.true(pod.containers[0]!.volumeMounts!.find(({mountPath}) => mountPath === moverPaths.volume)!.readOnly);
});

test('no secret is an argument or an environment variable', t => {
	const [container] = podOf().containers;
	t.deepEqual(container!.args, ['mover']);
	t.is(container!.envFrom, undefined);
	for (const {name, value, valueFrom} of container!.env ?? []) {
		t.regex(name, /^(?:NODE_OPTIONS|MALLOC_)/v);
		t.regex(value!, /^(?:--max-[a-z\-]+=)?\d+/v);
		t.is(valueFrom, undefined);
	}
});

test('every mover drops all capabilities, keeps its root file system read-only and has no API token, whoever it is', t => {
	for (const identity of ['UserNamespaceRoot', 'HostRoot', 'Unprivileged'] as const) {
		const pod = podOf({identity});
		const security = pod.containers[0]!.securityContext!;
		t.deepEqual([pod.automountServiceAccountToken, security.readOnlyRootFilesystem, security.allowPrivilegeEscalation, security.capabilities!.drop, pod.securityContext!.seccompProfile], [false, true, false, ['ALL'], {type: 'RuntimeDefault'}]);
	}
});

test('an ordinary user can read its Secrets also where no group is given to volumes', t => {
	const secretMode = (change: Partial<MoverJobFacts>): number => podOf(change).volumes!.find(({name}) => name === 'password')!.secret!.defaultMode!;
	const target = {claimName: 'orders-db', readOnly: false};
	t.is(secretMode({identity: 'UserNamespaceRoot'}), 0o400);
	t.is(secretMode({identity: 'Unprivileged'}), 0o400);
	t.is(secretMode({identity: 'Unprivileged', volume: target, settings: resolveMoverSettings({identity: 'Auto', securityContext: {runAsUser: 999}})}), 0o444);
});

test('a claim is given a group only where the mover writes and nobody has said whose files they are', t => {
	const groupOf = (change: Partial<MoverJobFacts>): number | undefined => podOf({identity: 'Unprivileged', ...change}).securityContext!.fsGroup;
	const target = {claimName: 'orders-db', readOnly: false};
	t.is(groupOf({volume: target}), 65_532);
	t.is(groupOf({volume: target, settings: resolveMoverSettings({identity: 'Auto', securityContext: {runAsUser: 999}})}), undefined);
	t.is(groupOf({volume: target, settings: resolveMoverSettings({identity: 'Auto', securityContext: {runAsUser: 999, fsGroup: 77}})}), 77);
	t.is(podOf({identity: 'UserNamespaceRoot', volume: target}).securityContext!.fsGroup, undefined);
});
