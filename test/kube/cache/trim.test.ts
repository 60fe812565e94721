import test from 'ava';
import {deepFreeze, trimBookkeeping} from '../../../src/kube/cache/trim.ts';
import {configMap} from '../_tools.ts';

test('what only kubectl and the API server need is not kept', t => {
	const object = {...configMap('a', {annotations: {'kubectl.kubernetes.io/last-applied-configuration': '{…}', note: 'kept'}}), data: {key: 'kept'}};
	Object.assign(object.metadata, {managedFields: [{manager: 'kubectl'}]});
	t.deepEqual(trimBookkeeping(object), {...configMap('a', {annotations: {note: 'kept'}}), data: {key: 'kept'}});
});

test('a frozen object refuses every change, however deep', t => {
	const object = deepFreeze(configMap('a', {labels: {x: '1'}}));
	t.throws(() => {
		object.metadata.labels!['x'] = '2';
	}, {instanceOf: TypeError});
});
