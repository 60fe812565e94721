import test from 'ava';
import {TreeReferences} from '../../../../src/repository/restic/prune/tree-references.ts';

const id = (digit: string): string => digit.repeat(64);

/** What a tree refers to, read in pieces of any length. */
function referencesIn(json: string, pieceLength = json.length): string[] {
	const found: string[] = [];
	const references = new TreeReferences(
		{data: data => found.push(`data ${Buffer.from(data).toString('hex')[0]}`), tree: tree => found.push(`tree ${Buffer.from(tree).toString('hex')[0]}`)},
		'tree 1234',
	);
	const bytes = Buffer.from(json);
	for (let at = 0; at < bytes.length; at += pieceLength) references.push(bytes.subarray(at, at + pieceLength));
	references.end();
	return found;
}

test('content and subtrees are found, whatever else a node holds', t => {
	const json = `{"nodes":[
		{"name":"a","type":"file","content":["${id('a')}","${id('b')}"],"extended_attributes":[{"name":"content","value":"${id('0')}"}]},
		{"name":"d","type":"dir","content":null,"generic_attributes":{"subtree":"x","content":["y"]},"subtree":"${id('c')}"},
		{"name":"e","type":"file","content":[]},
		{"name":"subtree","type":"symlink","linktarget":"${id('1')}","content":null}
	],"other":{"nodes":[{"content":["${id('2')}"]}]}}\n`;
	for (const pieceLength of [1, 7, 64, json.length]) t.deepEqual(referencesIn(json, pieceLength), ['data a', 'data b', 'tree c']);
	t.deepEqual(referencesIn('{"nodes":null}'), []);
	t.deepEqual(referencesIn('{"nodes":[]}'), []);
});

test('members are found in every spelling that restic would read', t => {
	t.deepEqual(referencesIn(`{"Nodes":[{"Content":["${id('a')}"]},{"sub\\u0074ree":"${id('b')}"},{"CONTEN\\u0054":["${id('c')}"]}]}`), ['data a', 'tree b', 'data c']);
});

for (const [what, json] of [
	['an ID that is none', `{"nodes":[{"content":["abc"]}]}`],
	['a number as content', '{"nodes":[{"content":[1]}]}'],
	['an object as content', `{"nodes":[{"content":[{"id":"${id('a')}"}]}]}`],
	['a list in the content', `{"nodes":[{"content":[["${id('a')}"]]}]}`],
	['a text as content', `{"nodes":[{"content":"${id('a')}"}]}`],
	['a list as subtree', `{"nodes":[{"subtree":["${id('a')}"]}]}`],
	['nodes that are no list', `{"nodes":{"a":{"content":["${id('a')}"]}}}`],
	['a text as list of nodes', '{"nodes":""}'],
	['a number as list of nodes', '{"nodes":0}'],
	['a list as node', `{"nodes":[["content","${id('a')}"]]}`],
	['a text as node', `{"nodes":["${id('a')}"]}`],
	['no end', '{"nodes":[{"content":[]}'],
] as const) {
	test(`a tree with ${what} is damage, not a tree that needs nothing`, t => {
		const error = t.throws(() => referencesIn(json));
		t.is((error as {code?: string}).code, 'RepositoryDamaged');
		t.regex(error?.message ?? '', /^tree 1234/);
	});
}
