import {longSuites} from './scripts/suite/long-suites.ts';

/** Those that work with whole repositories take seconds each: begun first, none of them is left alone on one core in the end. */
const isLong = file => /\/test\/(?:cli|engine|repository)\//.test(file);

// Unit suites. Those that need real peers, and the long ones, have ava.integration.config.js; those that need the real cluster ava.e2e.config.js.
export default {
	extensions: ['ts'],
	files: ['test/**/*.test.ts', '!test/e2e/**', '!test/cluster/**', '!test/contract/**', '!test/oracle/**', '!test/**/stopped.test.ts', '!test/bench/smoke.test.ts', '!test/fixtures/**', ...longSuites.map(file => `!${file}`)],
	workerThreads: false,
	sortTestFiles: (one, other) => Number(isLong(other)) - Number(isLong(one)),
	// Silence is watched by scripts/suite/silence-watch.ts.
	timeout: '24h',
	failWithoutAssertions: true,
};
