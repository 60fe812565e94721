const longestFirst = ['care', 'limits', 'care-deletion', 'schedules-triggers', 'faults-mover', 'install', 'schedules', 'bad-run', 'restore', 'faults-operator', 'care-credentials', 'schedules-operator', 'schedules-many'];

const place = file => {
	const index = longestFirst.findIndex(name => file.endsWith(`/e2e/${name}.test.ts`));
	return index < 0 ? longestFirst.length : index;
};

// Suites on the real cluster: one file at a time per worker, slow waits are bounded by the tests themselves.
export default {
	extensions: ['ts'],
	files: ['test/e2e/**/*.test.ts', 'test/cluster/**/*.test.ts'],
	// Or one that waits for minutes would be alone at the end.
	sortTestFiles: (left, right) => place(left) - place(right) || (left < right ? -1 : 1),
	workerThreads: false,
	concurrency: 2,
	// Silence is watched by scripts/suite/silence-watch.ts.
	timeout: '24h',
	failWithoutAssertions: true,
};
