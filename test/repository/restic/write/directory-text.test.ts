import {createHash} from 'node:crypto';
import {readdirSync} from 'node:fs';
import test from 'ava';
import {systemRandom} from '../../../../src/base/random.ts';
import {DirectoryText} from '../../../../src/repository/restic/write/directory-text.ts';
import {temporaryDirectory} from './_repository.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('a short directory stays in memory and leaves nothing in the scratch directory', t => {
	const directory = temporaryDirectory(t);
	const text = new DirectoryText({directory, random: systemRandom});
	text.write('"é😀"');
	text.writeIds(new Uint8Array(0));
	text.writeIds(new Uint8Array(64).fill(0xab));
	t.is(text.inMemory().toString(), `{"nodes":["é😀""${'ab'.repeat(32)}","${'ab'.repeat(32)}"`);
	t.false(text.isSpooled);
	t.deepEqual(readdirSync(directory), []);
});

test('a long directory goes through a scratch file and has the ID it would have had in memory', t => {
	const directory = temporaryDirectory(t);
	const text = new DirectoryText({directory, random: systemRandom});
	const parts = ['{"nodes":['];
	for (let number = 0; number < 30_000; number++) {
		const part = `${number}:${'näme'.repeat(number % 50)}`;
		parts.push(part);
		text.write(part);
		if (number % 10_000 === 5000) {
			text.writeIds(new Uint8Array(3000 * 32).fill(number % 256));
			parts.push(Array.from({length: 3000}, () => `"${(number % 256).toString(16).padStart(2, '0').repeat(32)}"`).join(','));
		}
	}
	const whole = Buffer.from(parts.join(''));
	t.true(text.isSpooled);
	t.true(text.memory <= 2 * 1024 * 1024);
	t.is(text.spooledId().toString('hex'), sha256(whole));
	t.is(text.length, whole.length);
	t.is(sha256(Buffer.concat([...text.pieces()])), sha256(whole));
	t.is(sha256(Buffer.concat([...text.pieces()])), sha256(whole), 'a second reading');
	text.discard();
	t.deepEqual(readdirSync(directory), []);
});

test('memory that is released comes back as text all the same', t => {
	const text = new DirectoryText({directory: temporaryDirectory(t), random: systemRandom});
	text.write('x'.repeat(10_000));
	t.true(text.isReleasable);
	text.release();
	t.false(text.isReleasable);
	text.write('tail');
	const expected = `{"nodes":[${'x'.repeat(10_000)}tail`;
	t.is(text.spooledId().toString('hex'), sha256(Buffer.from(expected)));
	t.is(Buffer.concat([...text.pieces()]).toString(), expected);
	text.discard();
});
