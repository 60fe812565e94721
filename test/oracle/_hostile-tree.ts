import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmodSync, chownSync, closeSync, ftruncateSync, linkSync, lstatSync, lutimesSync, mkdirSync, openSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {noise} from '../repository/restic/write/_source.ts';

const kibibyte = 1024;
const mebibyte = 1024 * 1024;

const hostileNames: Array<string | Buffer> = [
	'"quoted"', 'back\\slash', 'line\nbreak', 'tab\tbell\u0007', 'delete\u007f', ' leading and trailing ', '-rf', '...', '.hidden', '~', '*?[x]', '$HOME', "it's", 'a:b|c', '<tag>&amp;',
	'nbsp\u00a0', 'separator\u2028\u2029', 'zero\u200bwidth', '\ufeffmark', 'e\u0301 and é', 'ÄÖÜß', '日本語', '😀', '\u{1fae9} of Unicode 16', 'private\ue000', '\ufffd', '\u{10ffff}',
	Buffer.from([0x62, 0x61, 0x64, 0xff, 0xfe]), Buffer.from([0xc3]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80]), Buffer.from([0x80, 0x0a, 0x5c, 0x78, 0x34, 0x31]),
	'x'.repeat(255), 'ä'.repeat(127),
];

export type HostileTree = {
	/** Link targets that are no UTF-8: before 0.16 restic had no way to keep them. */
	rawTargets: boolean;
};

/** A volume with everything a file system allows: names, types, modes, owners, times, links, holes, sizes at the edges of pieces. */
export function writeHostileTree(directory: string, {rawTargets}: HostileTree): void {
	const inside = (name: string | Buffer): Buffer => Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name)]);
	for (const folder of ['names', 'links', 'modes', 'sizes', 'times', 'special', 'empty', 'sticky']) mkdirSync(inside(folder));

	for (const [number, name] of hostileNames.entries()) {
		writeFileSync(inside(Buffer.concat([Buffer.from('names/'), Buffer.from(name)])), `content ${number}`);
		if (rawTargets || Buffer.from(name).equals(Buffer.from(Buffer.from(name).toString()))) symlinkSync(Buffer.from(name), inside(`links/to-${number}`));
	}
	mkdirSync(inside(Buffer.concat([Buffer.from('names/dir-'), Buffer.from([0xff])])));
	writeFileSync(inside(Buffer.concat([Buffer.from('names/dir-'), Buffer.from([0xff]), Buffer.from('/below')])), 'below');
	mkdirSync(inside(Array.from({length: 60}, (_, level) => `deep${level}`).join('/')), {recursive: true});

	symlinkSync('nowhere', inside('links/dangling'));
	symlinkSync('/', inside('links/absolute'));
	linkSync(inside('names/~'), inside('links/hard-1'));
	linkSync(inside('names/~'), inside('links/hard-2'));

	for (const [name, mode] of [['setuid', 0o4755], ['setgid', 0o2755], ['none', 0], ['all', 0o7777]] as const) {
		writeFileSync(inside(`modes/${name}`), name);
		chmodSync(inside(`modes/${name}`), mode);
	}
	chmodSync(inside('sticky'), 0o1777);
	if (process.getuid?.() === 0) {
		writeFileSync(inside('modes/owned'), 'owned');
		chownSync(inside('modes/owned'), 4_000_000_000, 12_345);
		execFileSync('mknod', [join(directory, 'special/char'), 'c', '1', '3']);
		execFileSync('mknod', [join(directory, 'special/block'), 'b', '259', '70000']);
	}
	execFileSync('mkfifo', [join(directory, 'special/pipe')]);

	const sizes = [0, 1, 512 * kibibyte - 1, 512 * kibibyte, 512 * kibibyte + 1, 8 * mebibyte - 1, 8 * mebibyte, 8 * mebibyte + 1];
	for (const [number, size] of sizes.entries()) writeFileSync(inside(`sizes/noise-${size}`), noise(number, size));
	writeFileSync(inside('sizes/zeros'), Buffer.alloc(9 * mebibyte));
	writeFileSync(inside('sizes/text'), 'to be or not to be, that is the question\n'.repeat(100_000));
	const sparse = openSync(inside('sizes/sparse'), 'w');
	writeSync(sparse, 'in the middle', 20 * mebibyte);
	ftruncateSync(sparse, 40 * mebibyte);
	closeSync(sparse);

	const times = ['1970-01-01T00:00:00', '1969-12-31T23:59:59.5', '2001-02-03T04:05:06.120', '2026-11-22T10:11:12.123456789', '2099-12-31T23:59:59.999999999', '1901-12-14T00:00:00'];
	for (const [number, time] of times.entries()) {
		writeFileSync(inside(`times/${number}`), '');
		execFileSync('touch', ['-d', `${time} UTC`, join(directory, `times/${number}`)]);
	}
	lutimesSync(inside('links/dangling'), 1_000_000_000, 1_000_000_000);
	lutimesSync(inside('empty'), 1_000_000_000, 1_000_000_000);
}

/** Every entry below a directory by its path (latin1), with all that a restore must bring back. */
export function manifest(directory: string): Record<string, string> {
	const entries: Record<string, string> = {};
	const links = new Map<bigint, string>();
	const walk = (path: Buffer, prefix: string): void => {
		for (const name of readdirSync(path, {encoding: 'buffer'}).sort((a, b) => Buffer.compare(a, b))) {
			const child = Buffer.concat([path, Buffer.from('/'), name]);
			const stats = lstatSync(child, {bigint: true});
			const key = prefix + name.toString('latin1');
			const parts = [stats.mode.toString(8), stats.uid, stats.gid, stats.mtimeNs];
			if (stats.isFile()) parts.push(createHash('sha256').update(readFileSync(child)).digest('hex'));
			if (stats.isSymbolicLink()) parts.push(readlinkSync(child, {encoding: 'buffer'}).toString('latin1'));
			if (stats.isCharacterDevice() || stats.isBlockDevice()) parts.push(stats.rdev);
			if (!stats.isDirectory() && stats.nlink > 1n) {
				if (!links.has(stats.ino)) links.set(stats.ino, key);
				parts.push(`linked to ${links.get(stats.ino)}`);
			}
			entries[key] = parts.join(' ');
			if (stats.isDirectory()) walk(child, `${key}/`);
		}
	};
	walk(Buffer.from(directory), '');
	return entries;
}
