import {longSuites} from './scripts/suite/long-suites.ts';

// Suites that need real peers but no cluster: object stores (test/contract), restic itself (test/oracle), those that stop a work at its every call, and the long ones.
export default {
	extensions: ['ts'],
	files: ['test/contract/**/*.test.ts', 'test/oracle/**/*.test.ts', 'test/**/stopped.test.ts', 'test/bench/smoke.test.ts', ...longSuites],
	workerThreads: false,
	concurrency: 2,
	// Silence is watched by scripts/suite/silence-watch.ts.
	timeout: '24h',
	failWithoutAssertions: true,
};
