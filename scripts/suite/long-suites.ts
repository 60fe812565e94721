/** Suites that need no peers but too much time for an answer within a minute; `npm test` runs them with the integration suites. */
export const longSuites = [
	'test/controllers/volume-backup-schedule/time-travel.test.ts',
	'test/engine/memory.test.ts',
	'test/engine/restore/skip-damaged.test.ts',
	'test/repository/restic/check/check-repository.test.ts',
	'test/repository/restic/write/content/content-pool.test.ts',
];

/** Suites of properties that the unit suites try with few cases: `npm test` goes through them once more with many (test/_cases.ts). */
export const deepSuites = [
	'test/api/conditions-properties.test.ts',
	'test/controllers/repository-care/planners.test.ts',
	'test/controllers/shared/calendar.test.ts',
	'test/controllers/shared/mover-result.test.ts',
	'test/controllers/volume-backup-schedule/continuous.test.ts',
	'test/controllers/volume-backup/access-plan.test.ts',
	'test/engine/archive/unchanged-trees.test.ts',
	'test/engine/restore/interrupted-restore.test.ts',
	'test/mover/maintain/plan-retention.test.ts',
	'test/repository/restic/chunker/fast-chunker.test.ts',
	'test/repository/restic/chunker/rabin-chunker.test.ts',
	'test/repository/restic/copy/copy-archives.test.ts',
	'test/repository/restic/files/go-json.test.ts',
	'test/repository/restic/files/go-time.test.ts',
	'test/repository/restic/files/name-quoting.test.ts',
	'test/repository/restic/tree/head-text.test.ts',
	'test/repository/restic/write/content-threads-model.test.ts',
];
