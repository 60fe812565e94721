import test from 'ava';
import {findParent} from '../../../src/engine/archive/find-parent.ts';
import type {Archive} from '../../../src/repository/archive.ts';

const archive = (id: string, hour: number, hostname: string, path: string): Archive => ({id: id.padEnd(64, '0'), time: new Date(Date.UTC(2026, 10, 1, hour)), tree: '', paths: [path], hostname, username: '', excludes: [], tags: []});
const volsync = archive('aa', 1, 'volsync', '/data');
const k8up = archive('bb', 2, 'shop', '/data/orders');
const ours = archive('cc', 3, 'shop', '/orders');
const later = archive('dd', 20, 'shop', '/orders');
const wish = {parent: 'auto', hostname: 'shop', paths: ['/orders'], time: new Date(Date.UTC(2026, 10, 1, 12)), claim: {name: 'orders'}};
const others = [archive('ee', 4, 'shop', '/data/photos'), archive('ef', 5, 'other', '/data/orders'), archive('f0', 6, 'other', '/orders')];

test('the parent is the newest archive of the same host and path that is not from the future', t => {
	t.deepEqual(findParent([volsync, k8up, ours, ...others, later], wish), {archive: ours});
	t.is(findParent([ours], {...wish, parent: 'none'}), undefined);
	t.is(findParent([later, ...others], wish), undefined);
});

test('a claim without an archive of ours goes on from the newest that K8up or VolSync made of it, wherever the volume lies in that', t => {
	t.deepEqual(findParent([volsync, k8up, ...others, later], wish), {archive: k8up, volume: ['data', 'orders']});
	t.deepEqual(findParent([k8up, {...volsync, time: new Date(Date.UTC(2026, 10, 1, 3))}, ...others], wish), {archive: {...volsync, time: new Date(Date.UTC(2026, 10, 1, 3))}, volume: []});
	t.is(findParent([volsync, k8up], {...wish, paths: ['/srv'], hostname: 'laptop', claim: undefined as never}), undefined, 'a directory that is no claim has no such history');
});

test('a parent that is asked for is taken, and its volume found', t => {
	t.deepEqual(findParent([volsync, k8up, ours], {...wish, parent: 'aa'}), {archive: volsync, volume: []});
	t.deepEqual(findParent([volsync, k8up, ours], {...wish, parent: 'cc'}), {archive: ours});
	t.throws(() => findParent([ours, {...later, id: `cc${'1'.repeat(62)}`}], {...wish, parent: 'cc'}), {code: 'ArchiveNotFound', message: /beginning of 2 archives/});
	t.throws(() => findParent([ours], {...wish, parent: 'ab'}), {code: 'ArchiveNotFound'});
});
