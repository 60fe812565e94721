import test from 'ava';
import {parseRequest} from '../../src/mover/read-request.ts';

const request = {
	version: 1,
	repository: {storage: {kind: 'filesystem', path: '/repository'}, layout: 'Restic'},
	holder: {name: 'pod.shop.12345678', scope: '.shop.12345678', observedAt: '2026-11-22T00:00:00Z', livePods: [], deadPods: []},
	task: {kind: 'probe', initialize: true},
};

test('a complete request is read', t => {
	t.deepEqual(parseRequest(JSON.stringify(request)), request);
});

const refuse = test.macro({
	exec(t, change: Record<string, unknown>, field: string) {
		const error = t.throws(() => parseRequest(JSON.stringify({...request, ...change})));
		t.like(error, {code: 'BadRequest'});
		t.true(error?.message.includes(field), error?.message);
	},
	title: (_, _change, field: string) => `a request with a wrong ${field} is refused by that name`,
});

test(refuse, {version: 2}, 'version');
test(refuse, {task: {kind: 'destroy'}}, 'task.kind');
test(refuse, {holder: {...request.holder, name: ''}}, 'holder.name');
test(refuse, {repository: {layout: 'Restic', storage: {kind: 'ftp'}}}, 'repository.storage.kind');
test(refuse, {repository: undefined}, 'repository');

test('a request that is not JSON is refused', t => {
	t.like(t.throws(() => parseRequest('{')), {code: 'BadRequest'});
	t.like(t.throws(() => parseRequest('[]')), {code: 'BadRequest'});
});
