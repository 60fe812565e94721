import {longSuites} from './scripts/suite/long-suites.ts';

// Unit suites. Those that need real peers, and the long ones, have ava.integration.config.js; those that need the real cluster ava.e2e.config.js.
export default {
	extensions: ['ts'],
	files: ['test/**/*.test.ts', '!test/e2e/**', '!test/cluster/**', '!test/contract/**', '!test/oracle/**', '!test/**/stopped.test.ts', '!test/bench/smoke.test.ts', '!test/fixtures/**', ...longSuites.map(file => `!${file}`)],
	workerThreads: false,
	// Silence is watched by scripts/suite/silence-watch.ts.
	timeout: '24h',
	failWithoutAssertions: true,
};
