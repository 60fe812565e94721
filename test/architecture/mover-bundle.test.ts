import test from 'ava';
import {bundle} from '../../scripts/bundle/bundle.ts';

test('the mover carries no Kubernetes client', async t => {
	const {inputs} = await bundle('src/mover/run-mover.ts', {outdir: 'dist', write: false});
	const files = Object.keys(inputs);
	t.true(files.some(file => file.startsWith('src/engine/')), 'the bundle holds the engine');
	t.deepEqual(files.filter(file => file.includes('@kubernetes/') || /^src\/(kube|controllers|operator)\//.test(file)), []);
});
