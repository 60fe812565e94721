/** Suites that need no peers but too much time for an answer within a minute; `npm test` runs them with the integration suites. */
export const longSuites = [
	'test/controllers/volume-backup-schedule/time-travel.test.ts',
	'test/engine/memory.test.ts',
	'test/engine/restore/skip-damaged.test.ts',
	'test/repository/restic/check/check-repository.test.ts',
	'test/repository/restic/write/content/content-pool.test.ts',
];
