import test from 'ava';
import type {Node, Pod} from '../../../src/kube/resources.ts';
import {trimPod} from '../../../src/controllers/shared/trims.ts';
import {incidentsOf} from '../../../src/controllers/volume-backup-schedule/incidents.ts';
import type {Incident} from '../../../src/controllers/volume-backup-schedule/incidents.ts';
import {chooseIncident} from '../../../src/controllers/volume-backup-schedule/plan/choose-incident.ts';
import {ago, now} from '../_objects.ts';

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
