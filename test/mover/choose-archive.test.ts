import test from 'ava';
import fc from 'fast-check';
import {chooseArchive} from '../../src/mover/tasks/choose-archive.ts';
import type {Archive} from '../../src/repository/archive.ts';

const archive = (id: string, time: string, path = '/orders', hostname = 'shop'): Archive => ({
	id: id.padEnd(64, '0'),
	time: new Date(time),
	tree: '',
	paths: [path],
	hostname,
	username: 'lazarette',
	excludes: [],
	tags: [],
});

const archives = [
	archive('a1', '2026-11-01T00:00:00Z'),
	archive('a2', '2026-11-02T00:00:00Z'),
	archive('b1', '2026-11-02T12:00:00Z', '/photos'),
	archive('a3', '2026-11-03T00:00:00Z'),
	archive('c1', '2026-11-04T00:00:00Z', '/orders', 'other'),
];
const from = {claimName: 'orders', hostname: 'shop'};
const idOf = (wish: Parameters<typeof chooseArchive>[1]): string => chooseArchive(archives, wish).id.slice(0, 2);

test('a claim\'s newest archive is its own, whatever other claims and namespaces have', t => {
	t.is(idOf(from), 'a3');
	t.is(idOf({...from, hostname: 'other'}), 'c1');
	t.is(idOf({...from, claimName: 'photos'}), 'b1');
});

test('asOf and previous go back in time', t => {
	t.is(idOf({...from, asOf: '2026-11-02T00:00:00Z'}), 'a2');
	t.is(idOf({...from, previous: 1}), 'a2');
	t.is(idOf({...from, asOf: '2026-11-02T23:00:00Z', previous: 1}), 'a1');
});

test('an archive is found by the beginning of its ID, if that is unambiguous', t => {
	t.is(idOf({archive: 'b1'}), 'b1');
	t.like(t.throws(() => idOf({archive: 'a'})), {code: 'ArchiveNotFound', message: 'a is the beginning of 3 archive IDs'});
});

test('a missing archive is never replaced by a neighbour, and the error says what there is', t => {
	t.like(t.throws(() => idOf({...from, claimName: 'nothing'})), {code: 'ArchiveNotFound', message: 'the repository has no archive of claim nothing of namespace shop'});
	t.like(t.throws(() => idOf({...from, previous: 3})), {code: 'ArchiveNotFound', hint: 'the oldest is a1000000 of 2026-11-01T00:00:00.000Z'});
	t.like(t.throws(() => idOf({...from, asOf: '2026-10-01T00:00:00Z'})), {code: 'ArchiveNotFound'});
	t.like(t.throws(() => idOf({archive: 'ff'})), {code: 'ArchiveNotFound'});
});

test('archives that K8up made of the claim are its history too', t => {
	const history = [archive('d1', '2026-10-01T00:00:00Z', '/data/orders'), archive('d2', '2026-10-02T00:00:00Z', '/data/photos'), archive('d3', '2026-10-03T00:00:00Z', '/data/orders', 'other'), archive('d4', '2026-11-02T06:00:00Z', '/data/orders'), ...archives].toSorted((a, b) => a.time.getTime() - b.time.getTime());
	const chosen = (wish: Parameters<typeof chooseArchive>[1]): string => chooseArchive(history, wish).id.slice(0, 2);
	t.is(chosen(from), 'a3');
	t.is(chosen({...from, previous: 1}), 'd4');
	t.is(chosen({...from, asOf: '2026-10-31T00:00:00Z'}), 'd1');
});

test('VolSync does not say whose archives are: they are never chosen for a claim, and the error says how to name one', t => {
	const history = [archive('e1', '2026-10-01T00:00:00Z', '/data', 'volsync')];
	const error = t.throws(() => chooseArchive(history, from)) as {code?: string; hint?: string};
	t.is(error.code, 'ArchiveNotFound');
	t.regex(error.hint ?? '', /spec\.from\.archive: the newest is e1000000/);
	t.deepEqual(chooseArchive(history, {archive: 'e1'}), history[0]!);
});

test('what is chosen is always of the asked claim and never newer than asked', t => {
	const instant = fc.date({min: new Date('2026-10-01'), max: new Date('2026-12-01'), noInvalidDate: true});
	fc.assert(fc.property(fc.array(fc.tuple(instant, fc.constantFrom('/orders', '/photos'))), instant, (history, asOf) => {
		const sorted = history.map(([time, path], index) => archive(index.toString(16), time.toISOString(), path)).toSorted((a, b) => a.time.getTime() - b.time.getTime());
		const expected = sorted.findLast(({time, paths}) => paths[0] === '/orders' && time <= asOf);
		try {
			return chooseArchive(sorted, {...from, asOf: asOf.toISOString()}) === expected;
		} catch {
			return expected === undefined;
		}
	}));
	t.pass();
});
