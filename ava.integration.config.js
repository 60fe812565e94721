// Suites that need real peers but no cluster: object stores (test/contract) and restic itself (test/oracle).
export default {
	extensions: ['ts'],
	files: ['test/contract/**/*.test.ts', 'test/oracle/**/*.test.ts'],
	workerThreads: false,
	concurrency: 2,
	timeout: '8m',
	failWithoutAssertions: true,
};
