import {integer, object, objectName, optional, time} from './fields.ts';
import {conditionsField, observedGeneration, outcomeField} from './status-fields.ts';

/** Spec fields that every kind of run has. */
export const runSpecFields = {
	repositoryRef: object('repositoryRef is the repository of the archives, in the same namespace.', {
		name: objectName('name of the BackupRepository.'),
	}),
	activeDeadlineSeconds: integer('activeDeadlineSeconds is how long the run may take in all, waiting and retries included; then it fails with DeadlineExceeded.', {minimum: 10, maximum: 2_592_000, default: 86_400}),
	retry: object('retry says how failures are met that may pass by themselves.', {
		limit: integer('limit is how many further attempts follow a failed one. Waiting for a repository or a store is no attempt.', {minimum: 0, maximum: 10, default: 3}),
	}, {default: {}}),
};

/** Status fields that every kind of run has. */
export const runStatusFields = {
	conditions: optional(conditionsField),
	observedGeneration: optional(observedGeneration),
	outcome: outcomeField('outcome is what the run really did; set once, with completionTime.'),
	startTime: optional(time('startTime is when the controller first saw the run.')),
	firstReadTime: optional(time('firstReadTime is when a mover first read the volume or the archive.')),
	completionTime: optional(time('completionTime is when the outcome was settled.')),
};
