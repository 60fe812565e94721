import {spawn} from 'node:child_process';
import {once} from 'node:events';
import test from 'ava';
import {checkName} from './layout.ts';
import {withMutex} from './mutex.ts';
import {isOverPool} from './node/loop-devices.ts';
import {overlaps} from './record.ts';

test('a network counts as taken when the machine routes any part of it, or all around it', t => {
	const network = '10.98.3.0/24';
	for (const route of ['10.98.3.0/24', '10.98.3.7', '10.98.0.0/16', '10.0.0.0/8', '10.98.3.128/25']) t.true(overlaps(route, network), route);
	for (const route of ['10.98.4.0/24', '10.98.2.255', '10.99.0.0/16', '192.168.0.0/16', 'fe80::/64']) t.false(overlaps(route, network), route);
});

test('a lock is free again the moment its holder is killed', async t => {
	const name = `test/${process.pid}`;
	const hold = `import {withMutex} from ${JSON.stringify(import.meta.resolve('./mutex.ts'))};
		await withMutex(${JSON.stringify(name)}, async () => { console.log('held'); await new Promise(resolve => setTimeout(resolve, 600_000)); });`;
	const holder = spawn(process.execPath, ['--input-type=module', '--eval', hold], {stdio: ['ignore', 'pipe', 'inherit']});
	await once(holder.stdout, 'data');

	let entered = false;
	const waiting = withMutex(name, async () => (entered = true));
	t.false(entered);
	holder.kill('SIGKILL');
	t.true(await waiting);
});

test('holders of one lock never overlap', async t => {
	let inside = 0;
	let most = 0;
	const enter = async (): Promise<void> => {
		inside++;
		most = Math.max(most, inside);
		await new Promise(resolve => setImmediate(resolve));
		inside--;
	};
	await Promise.all(Array.from({length: 10}, async () => withMutex(`test/overlap/${process.pid}`, enter)));
	t.is(most, 1);
});

test('a name that could not be a control group or a folder is refused before anything starts', t => {
	for (const name of ['dev', 'e2e-12345', 'a']) t.is(checkName(name), name);
	for (const name of ['', '../dev', 'Dev', '-x', 'x-', 'a/b', 'a'.repeat(31)]) t.throws(() => checkName(name), {message: /nothing was started/});
});

test('only loop devices over the cluster\'s own pool count as its own, before and after its mounts are gone', t => {
	const layout = {home: '/state/dev', poolFolder: 'lz-dev'};
	for (const file of ['/state/dev/pool/lz-dev/driver/volumes/vol-1/disk.img', '/lz-dev/driver/volumes/vol-1/disk.img']) t.true(isOverPool(layout, file), file);
	for (const file of ['/lz-dev-2/driver/volumes/vol-1/disk.img', '/state/dev-2/pool/lz-dev-2/x', '/state/dev/pool.img', '/']) t.false(isOverPool(layout, file), file);
});
