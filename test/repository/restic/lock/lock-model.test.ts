import test from 'ava';
import {findHarm} from './_lock-model.ts';
import type {Party} from './_lock-model.ts';

const parties: Record<string, Party> = {
	'our writer, where all see the same': {exclusive: false, deeds: ['look', 'write', 'look', 'read', 'commit', 'release']},
	'our writer elsewhere': {exclusive: false, deeds: ['look', 'write', 'look when late', 'read', 'pause', 'look', 'commit', 'release']},
	'restic\'s writer': {exclusive: false, deeds: ['look', 'write', 'pause', 'look', 'read', 'commit', 'release']},
	'our prune': {exclusive: true, deeds: ['look', 'write', 'look when late', 'pause', 'look', 'read', 'remove', 'remove', 'release']},
	'restic\'s prune': {exclusive: true, deeds: ['look', 'write', 'pause', 'look', 'read', 'remove', 'remove', 'release']},
};

const names = Object.keys(parties);
const groups = names.flatMap((first, i) => names.slice(i).flatMap((second, j) => [[first, second], ...names.slice(i + j).map(third => [first, second, third])]));

for (const group of groups.filter(members => members.some(name => parties[name]!.exclusive))) {
	test(`nobody harms anybody, in whatever order their steps come: ${group.join(', ')}`, t => {
		t.is(findHarm(group.map(name => parties[name]!)), undefined);
	});
}

test('without its look after writing a writer would be overlooked and overlook', t => {
	const hasty: Party = {exclusive: false, deeds: ['look', 'write', 'read', 'commit', 'release']};
	t.truthy(findHarm([hasty, parties['our prune']!]));
});

test('an exclusive lock needs its pause even where all see the same: our writers elsewhere read before their second look', t => {
	const hasty: Party = {exclusive: true, deeds: ['look', 'write', 'look', 'read', 'remove', 'remove', 'release']};
	t.truthy(findHarm([parties['our writer elsewhere']!, hasty]));
	t.is(findHarm([parties['our writer, where all see the same']!, parties['restic\'s writer']!, hasty]), undefined);
});

test('a writer that reads before its second look needs the look in between when its lock took long to write', t => {
	const trusting: Party = {exclusive: false, deeds: ['look', 'write', 'read', 'pause', 'look', 'commit', 'release']};
	t.truthy(findHarm([trusting, parties['restic\'s prune']!]));
});
