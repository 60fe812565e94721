import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, openSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import type {ExecutionContext} from 'ava';
import {done, workshop} from './_workshop.ts';

async function written(t: ExecutionContext): Promise<{start: (stdout: 'pipe' | number, ...argv: string[]) => ReturnType<typeof spawn>; locks: () => string[]}> {
	const {directory, lazarette} = await workshop(t);
	done(t, await lazarette('init'));
	done(t, await lazarette('backup', join(directory, 'data')));
	const program = join(import.meta.dirname, '../../src/main.ts');
	return {
		start: (stdout, ...argv) => spawn(process.execPath, [program, '-r', join(directory, 'repository'), '-p', join(directory, 'password'), ...argv], {stdio: ['ignore', stdout, 'pipe']}),
		locks: () => readdirSync(join(directory, 'repository', 'locks')),
	};
}

const said = async (child: ReturnType<typeof spawn>): Promise<string> => {
	let text = '';
	for await (const piece of child.stderr!) text += String(piece);
	return text;
};

test('when nobody reads the output any more, a command ends without a word and gives its lock back', async t => {
	const {start, locks} = await written(t);
	const child = start('pipe', 'dump', 'latest', '/');
	child.stdout!.destroy();
	const [text, [code]] = await Promise.all([said(child), once(child, 'close') as Promise<[number | null]>]);
	t.deepEqual([code, text], [141, '']);
	t.deepEqual(locks(), []);
});

test('when the output finds no room, a command says so and gives its lock back', async t => {
	const {start, locks} = await written(t);
	const full = openSync('/dev/full', 'w');
	const child = start(full, 'dump', 'latest', '/');
	const [text, [code]] = await Promise.all([said(child), once(child, 'close') as Promise<[number | null]>]);
	closeSync(full);
	t.is(code, 7);
	t.regex(text, /the output can not be written \(ENOSPC\)/);
	t.deepEqual(locks(), []);
});
