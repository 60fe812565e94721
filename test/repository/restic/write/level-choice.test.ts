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

test('large content is compressed thoroughly while samples of it are two percent smaller than at the quick level', t => {
	for (const [gain, isThorough] of [[0, false], [19_000, false], [21_000, true], [200_000, true], [-10_000, false]] as const) {
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

test('a few blobs that compress badly at the beginning do not decide for the database that follows', t => {
	const choice = new LevelChoice();
	for (let blob = 0; blob < 3; blob++) if (choice.isTrial()) choice.learn(270_000, 230_000);
	t.true(choice.isThorough);
	let thorough = 0;
	for (let blob = 0; blob < 100; blob++) {
		if (choice.isTrial()) choice.learn(20_000, 20_100);
		if (choice.isThorough) thorough++;
	}
	t.true(thorough <= 4, `${thorough} of 100`);
});

test('what cannot be compressed says nothing about the levels', t => {
	const choice = new LevelChoice();
	pass(choice, 10, 0);
	let trials = 0;
	for (let blob = 0; blob < 160; blob++) {
		if (!choice.isTrial()) continue;
		choice.learnNothing();
		trials++;
	}
	t.true(trials <= 12, `${trials} samples compressed in vain`);
	t.false(choice.isThorough);
});
