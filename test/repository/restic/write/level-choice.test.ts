import test from 'ava';
import {LevelChoice} from '../../../../src/repository/restic/write/level-choice.ts';

/** Which of `count` blobs, each `gain` millionths smaller at the thorough level, were tried with both. */
function pass(choice: LevelChoice, count: number, gain: number): number[] {
	const trials: number[] = [];
	for (let blob = 0; blob < count; blob++) {
		if (!choice.isTrial()) continue;
		trials.push(blob);
		choice.learn(1_000_000, 1_000_000 - gain);
	}
	return trials;
}

test('large content is compressed thoroughly while that saves more than three percent over the quick level', t => {
	for (const [gain, isThorough] of [[0, false], [29_000, false], [31_000, true], [200_000, true], [-10_000, false]] as const) {
		const choice = new LevelChoice();
		pass(choice, 40, gain);
		t.is(choice.isThorough, isThorough, `${gain}`);
	}
});

test('both levels are tried on the first blobs, and then on ever fewer, one in sixteen in the end', t => {
	t.deepEqual(pass(new LevelChoice(), 80, 100_000), [0, 1, 3, 7, 15, 31, 47, 63, 79]);
});

test('content of another kind is noticed, and looked at closely again', t => {
	const choice = new LevelChoice();
	pass(choice, 80, 0);
	t.false(choice.isThorough);
	const trials = pass(choice, 40, 200_000);
	t.true(choice.isThorough);
	t.true(trials[0]! < 16 && trials.length >= 4, trials.join(', '));
});

test('what cannot be compressed says nothing about the levels', t => {
	const choice = new LevelChoice();
	pass(choice, 10, 0);
	for (let blob = 0; blob < 100; blob++) choice.isTrial();
	t.false(choice.isThorough);
});
