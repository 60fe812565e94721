import test from 'ava';
import {Store} from '../../../src/kube/cache/store.ts';
import type {Event, Node, PersistentVolumeClaim, Pod} from '../../../src/kube/resources.ts';
import {ailingNamespace, byAiling, byClaim, mountedClaims} from '../../../src/controllers/shared/indexes.ts';
import type {ControllerCaches} from '../../../src/controllers/shared/controller-caches.ts';
import {trimPod} from '../../../src/controllers/shared/trims.ts';
import {objectNamespace, reportedAt, trimVolumeReport} from '../../../src/controllers/shared/volume-reports.ts';
import {incidentsCovered} from '../../../src/controllers/volume-backup-schedule/covered-pods.ts';
import {incidentsOf} from '../../../src/controllers/volume-backup-schedule/incidents.ts';
import type {Incident} from '../../../src/controllers/volume-backup-schedule/incidents.ts';
import {chooseIncident} from '../../../src/controllers/volume-backup-schedule/plan/choose-incident.ts';
import {ago, backup, claim, now} from '../_objects.ts';
import {schedule} from './_schedule.ts';

type Status = NonNullable<Pod['status']>;
type Container = NonNullable<Status['containerStatuses']>[number];

const container = (change: Partial<Container>): Container => ({name: 'main', ready: false, restartCount: 3, image: 'shop:1', imageID: 'sha256:1', ...change});

const pod = (status: Status, claimName: string | undefined = 'orders-db'): Pod => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: {name: 'shop-0', namespace: 'shop', uid: 'p1', resourceVersion: '9', creationTimestamp: ago(9000), annotations: {note: 'x'.repeat(1000)}},
	spec: {nodeName: 'node-3', containers: [{name: 'main', image: 'shop:1'}], volumes: [...(claimName ? [{name: 'data', persistentVolumeClaim: {claimName}}] : []), {name: 'tmp', emptyDir: {}}]},
	status: {phase: 'Running', podIP: '10.0.0.7', ...status},
});

/** What a cache keeps of the pod, and what can still be told from that. */
const seen = (status: Status, node?: Node): Array<[string, string]> => incidentsOf(trimPod(pod(status)), node, ['orders-db']).map(({cause, time}) => [cause, time.toISOString()]);

const running = (secondsAgo: number) => ({running: {startedAt: ago(secondsAgo)}});
const ready = (status: 'True' | 'False', secondsAgo: number) => ({type: 'Ready', status, lastTransitionTime: ago(secondsAgo)});

test('of a healthy pod nothing is kept but its phase, so that ten thousand of them fit', t => {
	t.deepEqual(trimPod(pod({containerStatuses: [container({ready: true, state: running(500)})], conditions: [ready('True', 490)]})).status, {phase: 'Running'});
	t.deepEqual(trimPod(pod({containerStatuses: [container({state: {waiting: {reason: 'CrashLoopBackOff'}}})]}, '')).status?.phase, 'Running');
});

test('a crash loop, a kill for memory and a lost readiness are told from what the cache keeps', t => {
	const exited = {terminated: {exitCode: 1, reason: 'Error', finishedAt: ago(20)}};
	const killed = {terminated: {exitCode: 137, reason: 'OOMKilled', finishedAt: ago(20)}};
	t.deepEqual(seen({containerStatuses: [container({state: {waiting: {reason: 'CrashLoopBackOff'}}, lastState: exited})]}), [['crash-loop', ago(20)]]);
	t.deepEqual(seen({containerStatuses: [container({state: running(10), lastState: killed})]}), [['oom', ago(20)]]);
	t.deepEqual(seen({containerStatuses: [container({state: {waiting: {reason: 'CrashLoopBackOff'}}, lastState: killed})]}), [['oom', ago(20)], ['crash-loop', ago(20)]]);
	t.deepEqual(seen({containerStatuses: [container({state: running(500)})], conditions: [ready('False', 90)]}), [['unready', ago(90)]]);
});

test('a pod that starts slowly has not lost its readiness, and one that ended by itself has not failed', t => {
	t.deepEqual(seen({containerStatuses: [container({state: running(80)})], conditions: [ready('False', 90)]}), []);
	t.deepEqual(seen({phase: 'Succeeded', containerStatuses: [container({state: {terminated: {exitCode: 0, reason: 'Completed', finishedAt: ago(5)}}})], conditions: [ready('False', 5)]}), []);
	t.deepEqual(seen({containerStatuses: [container({state: {waiting: {reason: 'ContainerCreating'}}})]}), []);
});

test('a node that does not answer fails the pods on it', t => {
	const node: Node = {apiVersion: 'v1', kind: 'Node', metadata: {name: 'node-3'}, spec: {taints: [{key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: ago(45)}]}};
	t.deepEqual(seen({}, node), [['node-lost', ago(45)]]);
	t.deepEqual(seen({}, {...node, spec: {taints: [{key: 'dedicated', effect: 'NoSchedule'}]}}), []);
});

const incident = (secondsAgo: number, change: Partial<Incident> = {}): Incident => ({cause: 'crash-loop', pod: 'shop-0', podUid: 'p1', claimNames: ['orders-db'], time: new Date(ago(secondsAgo)), ripeAt: new Date(ago(secondsAgo)), lasts: true, ...change});
const choose = (incidents: Incident[], more: Partial<Parameters<typeof chooseIncident>[0]> = {}) => chooseIncident({incidents, minIntervalMs: 3_600_000, since: new Date(ago(100_000)), now, ...more});

test('a failure leads to a backup at once, unless it is older than the schedule or in the last such backup already', t => {
	t.truthy(choose([incident(10)]).incident);
	t.is(choose([incident(10)], {since: new Date(ago(5))}).incident, undefined);
	t.is(choose([incident(8000)], {last: {at: new Date(ago(7000)), repeats: 0}}).incident, undefined);
	t.is(choose([incident(601, {lasts: false})]).incident, undefined);
	t.truthy(choose([incident(599, {lasts: false})]).incident);
});

test('failures that go on lead to backups at pauses that double up to a day, and begin anew after a rest', t => {
	const after = (restSeconds: number, repeats: number) => choose([incident(5)], {last: {at: new Date(ago(restSeconds)), repeats}});
	t.deepEqual(after(1800, 0), {repeats: 1, lookAgainAt: new Date(now.getTime() + 1_800_000)});
	t.like(after(3600, 0), {incident: {cause: 'crash-loop'}, repeats: 1});
	t.is(after(3601, 1).incident, undefined);
	t.like(after(7200, 1), {incident: {cause: 'crash-loop'}, repeats: 2});
	t.like(after(86_400, 12), {incident: {cause: 'crash-loop'}, repeats: 13});
	t.like(after(2 * 86_400, 12), {repeats: 0});
});

test('readiness that is lost for less than a minute is waited for', t => {
	const unready = incident(20, {cause: 'unready', ripeAt: new Date(now.getTime() + 40_000)});
	t.deepEqual(choose([unready]), {repeats: 0, lookAgainAt: unready.ripeAt});
});

const report = (change: Partial<Event> = {}): Event => ({
	apiVersion: 'events.k8s.io/v1',
	kind: 'Event',
	metadata: {name: 'orders-db.17a', namespace: 'shop', uid: 'r1', resourceVersion: '5', creationTimestamp: ago(900)},
	eventTime: ago(900),
	note: 'x'.repeat(1000),
	reason: 'VolumeConditionAbnormal',
	regarding: {kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'orders-db', uid: 'c1'},
	...change,
});

/** What reports lead to, as the caches keep them. */
function reported(event: Event, source: object, pods: Pod[] = []): Array<{cause: string; pod?: string; claimNames: string[]; time: string}> {
	const caches = {
		pods: {store: new Store<Pod>({[byAiling]: ailingNamespace, [byClaim]: mountedClaims})},
		nodes: {store: new Store<Node>()},
		claims: {store: new Store<PersistentVolumeClaim>()},
		volumeReports: {store: new Store<Event>({[byAiling]: objectNamespace})},
	};
	for (const one of pods) caches.pods.store.put(trimPod(one));
	caches.claims.store.put({...claim(), metadata: {...claim().metadata, labels: {backup: 'nightly'}}});
	caches.volumeReports.store.put(trimVolumeReport(event));
	const owner = schedule({template: {spec: {...backup().spec, source}}});
	return incidentsCovered(owner, caches as unknown as ControllerCaches).map(({cause, pod: name, claimNames, time}) => ({cause, ...(name && {pod: name}), claimNames, time: time.toISOString()}));
}

test('a report of an abnormal volume concerns the schedules whose source has the claim, whoever reports it', t => {
	const ofClaim = {cause: 'volume-abnormal', claimNames: ['orders-db'], time: ago(900)};
	const other = {kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'other'};
	t.deepEqual(reported(report(), {claimName: 'orders-db'}), [ofClaim]);
	t.deepEqual(reported(report(), {claimSelector: {matchLabels: {backup: 'nightly'}}}), [ofClaim]);
	t.deepEqual(reported(report(), {claimSelector: {matchLabels: {backup: 'weekly'}}}), []);
	t.deepEqual(reported(report(), {claimName: 'other'}), []);
	t.deepEqual(reported(report({regarding: other}), {claimName: 'orders-db'}), []);
	t.deepEqual(reported(report(), {claimName: 'orders-db'}, [pod({})]), [{...ofClaim, pod: 'shop-0'}]);

	const ofPod = report({regarding: {kind: 'Pod', namespace: 'shop', name: 'shop-0', uid: 'p1'}});
	t.deepEqual(reported(ofPod, {claimName: 'orders-db'}, [pod({})]), [{...ofClaim, pod: 'shop-0'}]);
	t.deepEqual(reported(ofPod, {workloadRef: {kind: 'Pod', name: 'shop-0'}}, [pod({})]), [{...ofClaim, pod: 'shop-0'}]);
	t.deepEqual(reported(ofPod, {claimName: 'orders-db'}), [], 'the pod is gone');
	t.deepEqual(reported(report(), {workloadRef: {kind: 'Pod', name: 'shop-1'}}, [pod({})]), []);
});

test('a report that is repeated is as new as its last time, in either of the two Event APIs', t => {
	t.is(reportedAt(report({series: {count: 4, lastObservedTime: ago(20)}}))?.toISOString(), ago(20));
	t.is(reportedAt(report({eventTime: undefined, deprecatedLastTimestamp: ago(30)} as never))?.toISOString(), ago(30));
	t.is(reportedAt(trimVolumeReport(report({series: {count: 4, lastObservedTime: ago(20)}})))?.toISOString(), ago(20));
	t.is(trimVolumeReport(report()).note, undefined);
});
