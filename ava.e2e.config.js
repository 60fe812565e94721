// Suites on the real cluster: one file at a time per worker, slow waits are bounded by the tests themselves.
export default {
	extensions: ['ts'],
	files: ['test/e2e/**/*.test.ts', 'test/cluster/**/*.test.ts'],
	workerThreads: false,
	concurrency: 2,
	// Silence is watched by scripts/suite/silence-watch.ts.
	timeout: '24h',
	failWithoutAssertions: true,
};
