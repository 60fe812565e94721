import test from 'ava';
import {listTogether} from '../../../src/storage/s3/list-objects.ts';
import type {StoredObject} from '../../../src/storage/storage.ts';

const prefixes = ['keys/', 'snapshots/', 'locks/'];

/** Answers with what a store has said; keeps what it was asked. */
function store(answer: {keys: string[]; isTruncated?: boolean}): {queries: Array<Record<string, string>>; list: () => Promise<Record<string, string[]>>} {
	const queries: Array<Record<string, string>> = [];
	const send = async (query: Record<string, string>): Promise<string> => {
		queries.push(query);
		const {keys, isTruncated = false} = answer;
		return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? '<NextContinuationToken>next</NextContinuationToken>' : ''}${keys.map(key => `<Contents><Key>${key}</Key><Size>7</Size></Contents>`).join('')}</ListBucketResult>`;
	};
	const names = (objects: readonly StoredObject[]): string[] => objects.map(({key}) => key);
	return {queries, list: async () => Object.fromEntries(Array.from(await listTogether({bucket: 'b', prefix: 'r/', send}, prefixes), ([prefix, objects]) => [prefix, names(objects)]))};
}

test('one request lists several prefixes, from the first of them on', async t => {
	const {queries, list} = store({keys: ['r/keys/a', 'r/locks/b', 'r/logs/x', 'r/snapshots/c', 'r/snapshots/d', 'r/tmp']});
	t.deepEqual(await list(), {'keys/': ['r/keys/a'], 'locks/': ['r/locks/b'], 'snapshots/': ['r/snapshots/c', 'r/snapshots/d']});
	t.deepEqual(queries, [{'list-type': '2', prefix: 'r/', 'start-after': 'r/keys/'}]);
});

test('prefixes below which nothing stands are listed as empty', async t => {
	t.deepEqual(await store({keys: []}).list(), {'keys/': [], 'locks/': [], 'snapshots/': []});
});

test('of a listing that goes on, only the prefixes before its last object are known', async t => {
	t.deepEqual(await store({isTruncated: true, keys: ['r/keys/a', 'r/locks/b', 'r/snapshots/c']}).list(), {'keys/': ['r/keys/a'], 'locks/': ['r/locks/b']});
	t.deepEqual(await store({isTruncated: true, keys: ['r/keys/a', 'r/keys/b']}).list(), {});
	t.deepEqual(await store({isTruncated: true, keys: ['r/keys/a', 'r/logs/x']}).list(), {'keys/': ['r/keys/a'], 'locks/': []});
	t.deepEqual(await store({isTruncated: true, keys: ['r/snapshots/c', 'r/tmp/x']}).list(), {'keys/': [], 'locks/': [], 'snapshots/': ['r/snapshots/c']});
});

test('a store that begins elsewhere or keeps no order is not believed', async t => {
	t.deepEqual(await store({keys: ['r/config', 'r/keys/a']}).list(), {});
	t.deepEqual(await store({isTruncated: true, keys: ['r/keys/b', 'r/snapshots/c', 'r/locks/a']}).list(), {});
	t.deepEqual(await store({keys: ['r/keys/a', 'r/keys/a']}).list(), {});
});
