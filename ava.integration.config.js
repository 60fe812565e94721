// Suites that need real peers but no cluster: object stores (test/contract), restic itself (test/oracle), and those that stop a work at its every call.
export default {
	extensions: ['ts'],
	files: ['test/contract/**/*.test.ts', 'test/oracle/**/*.test.ts', 'test/**/stopped.test.ts', 'test/bench/smoke.test.ts'],
	workerThreads: false,
	concurrency: 2,
	timeout: '8m',
	failWithoutAssertions: true,
};
