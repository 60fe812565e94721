import {deepSuites, longSuites} from './scripts/suite/long-suites.ts';

// Suites that need real peers but no cluster: object stores (test/contract), restic itself (test/oracle), those that stop a work at its every call, the long ones, and once more, with many cases, those of properties.
export default {
	extensions: ['ts'],
	files: ['test/contract/**/*.test.ts', 'test/oracle/**/*.test.ts', 'test/**/stopped.test.ts', 'test/bench/smoke.test.ts', ...longSuites, ...deepSuites],
	environmentVariables: {LAZARETTE_CASES: process.env.LAZARETTE_CASES ?? '10'},
	workerThreads: false,
	concurrency: 2,
	// Silence is watched by scripts/suite/silence-watch.ts.
	timeout: '24h',
	failWithoutAssertions: true,
};
