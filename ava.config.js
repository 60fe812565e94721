// Unit and contract suites. The suites that need the real cluster have their own configuration, ava.e2e.config.js.
export default {
	extensions: ['ts'],
	files: ['test/**/*.test.ts', '!test/e2e/**', '!test/cluster/**', '!test/contract/**', '!test/oracle/**', '!test/**/stopped.test.ts', '!test/bench/smoke.test.ts', '!test/fixtures/**'],
	workerThreads: false,
	timeout: '3m',
	failWithoutAssertions: true,
};
