import test from 'ava';
import {readOptions} from '../../bench/options.ts';

test('without options everything is measured at full size in three rounds', t => {
	const {sets, stores, size, runs, peers, from, fullVerify} = readOptions([]);
	t.deepEqual(sets, ['text', 'random', 'tree', 'empty', 'postgresql']);
	t.deepEqual({stores, size, runs, peers, from, fullVerify}, {stores: ['file', 's3'], size: 'full', runs: 3, peers: [], from: [], fullVerify: false});
});

test('sets, stores, rounds, settings and other peers can be chosen', t => {
	const options = readOptions(['--sets', 'tree,text', '--store', 's3', '--size', 'small', '--runs', '5', '--peer', 'kopia=/opt/kopia', '--full-verify', '--level', '3']);
	t.like(options, {sets: ['tree', 'text'], stores: ['s3'], size: 'small', runs: 5, peers: [{name: 'kopia', binary: '/opt/kopia'}], fullVerify: true, level: 3});
});

for (const [argv, message] of [
	[['--sets', 'tree,trees'], /--sets has no trees; known are text, random/],
	[['--store', 'tape'], /--store has no tape/],
	[['--runs', '0'], /--runs 0 is no whole number from 1/],
	[['--peer', 'kopia'], /--peer kopia names no binary/],
	[['--peer', 'borg=/usr/bin/borg'], /--peer has no borg; known are rustic, kopia/],
] as const) {
	test(`a wrong option is refused with what is possible: ${argv.join(' ')}`, t => {
		t.throws(() => readOptions([...argv]), {message});
	});
}
