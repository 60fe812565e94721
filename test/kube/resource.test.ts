import test from 'ava';
import {keyOf, refOfKey} from '../../src/kube/object.ts';
import {collectionPath, objectPath, resourceName} from '../../src/kube/resource.ts';
import {jobs, nodes, pods} from '../../src/kube/resources.ts';
import {toMicroTime} from '../../src/kube/micro-time.ts';

test('paths are those of the API: core and named groups, namespaces, cluster scope, subresources', t => {
	t.is(collectionPath(pods), '/api/v1/pods');
	t.is(collectionPath(pods, 'shop'), '/api/v1/namespaces/shop/pods');
	t.is(collectionPath(jobs, 'shop'), '/apis/batch/v1/namespaces/shop/jobs');
	t.is(objectPath(jobs, {namespace: 'shop', name: 'x'}, 'status'), '/apis/batch/v1/namespaces/shop/jobs/x/status');
	t.is(objectPath(nodes, {namespace: 'ignored', name: 'node1'}), '/api/v1/nodes/node1');
});

test('a name from a custom resource cannot lead a request to another path', t => {
	t.is(objectPath(pods, {namespace: 'shop', name: '../secrets/x?a=b'}), '/api/v1/namespaces/shop/pods/..%2Fsecrets%2Fx%3Fa%3Db');
	t.is(collectionPath(pods, '../..'), '/api/v1/namespaces/..%2F../pods');
	t.throws(() => objectPath(pods, {namespace: '..', name: 'x'}), {message: /is no name/});
	t.throws(() => objectPath(pods, {namespace: 'shop', name: ''}), {message: /is no name/});
});

test('resources are named as RBAC names them', t => {
	t.is(resourceName(jobs), 'jobs.batch');
	t.is(resourceName(pods), 'pods');
});

test('a key leads back to its object', t => {
	t.deepEqual(refOfKey(keyOf({namespace: 'shop', name: 'db'})), {namespace: 'shop', name: 'db'});
	t.deepEqual(refOfKey(keyOf({name: 'node1'})), {name: 'node1'});
});

test('times for leases and events have exactly six fraction digits', t => {
	t.is(toMicroTime(new Date('2026-03-01T01:02:03.004Z')), '2026-03-01T01:02:03.004000Z');
	t.is(toMicroTime(new Date('2026-03-01T01:02:03Z')), '2026-03-01T01:02:03.000000Z');
});
