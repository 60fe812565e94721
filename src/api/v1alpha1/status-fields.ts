import {choice, count, integer, list, listMap, object, optional, text, time} from './fields.ts';

const condition = object('A condition, as everywhere in Kubernetes.', {
	type: text('type names the condition.', 64, {pattern: '^[A-Z][A-Za-z0-9]*$'}),
	status: choice('status tells whether the condition holds.', ['True', 'False', 'Unknown']),
	observedGeneration: count('observedGeneration is the metadata.generation that this condition judges.'),
	lastTransitionTime: time('lastTransitionTime is when status last changed.'),
	reason: text('reason is the cause as one word of a closed list.', 128, {pattern: '^[A-Z][A-Za-z0-9]*$'}),
	message: text('message tells a person what happened to which object, and what happens next.', 4096),
});

export const conditionsField = listMap('conditions tell how the object is. Ready sums them up; Reconciling and Stalled are present only while they are True.', ['type'], condition, 16);

/** The default of -1 tells tools that wait (kstatus, Flux, Argo CD) that no controller has seen the object yet. */
export const observedGeneration = integer('observedGeneration is the metadata.generation that this status is about; -1 until a controller has seen the object.', {minimum: -1, maximum: Number.MAX_SAFE_INTEGER});

export const unseen = {observedGeneration: -1};

const skippedEntry = object('An entry that was left out.', {
	path: text('path is relative to the root of the volume; bytes that are not printable are written as \\xNN.', 4096),
	reason: text('reason is why, as one word.', 64),
});

export const skippedField = optional(list('skipped names entries that were left out, at most 20; filesSkipped counts them all.', skippedEntry, 20));

export const outcomes = ['Succeeded', 'SucceededWithWarnings', 'Failed'] as const;
export type Outcome = (typeof outcomes)[number];

export const outcomeField = (description: string) => optional(choice(description, outcomes));

export const progressField = optional(object('progress tells how far a running mover has come; absent when none runs.', {
	phase: choice('phase is what the mover does.', ['Opening', 'Scanning', 'Moving', 'Verifying', 'Finishing']),
	filesDone: count('filesDone is the number of files handled.'),
	bytesDone: count('bytesDone is the number of bytes of these files.'),
	filesTotal: optional(count('filesTotal is the number of files to handle, once it is known.')),
	bytesTotal: optional(count('bytesTotal is the number of bytes to handle, once it is known.')),
	bytesAdded: optional(count('bytesAdded is the number of bytes written so far.')),
	updateTime: time('updateTime is when the mover last reported.'),
}));

/** What a run that needs several movers, one after another, notes beside its attempts. */
export const turnFields = {
	queuedTime: optional(time('queuedTime is since when the run has all it needs and waits for its turn in the queue; absent while it does not.')),
	failedAttempts: optional(count('failedAttempts is how many attempts have failed that count against retry.limit.')),
	lastFailure: optional(object('lastFailure is why the newest attempt failed, until the next one starts.', {
		reason: text('reason is the failure as one word.', 64, {pattern: '^[A-Z][A-Za-z0-9]*$'}),
		message: text('message tells what happened.', 1024, {minLength: 0}),
	})),
};

/** What each attempt at a piece of work leaves in status, so that a restarted operator keeps the pace and the budget. */
export const attemptFields = {
	attempts: optional(count('attempts is the number of movers started so far.')),
	nextAttemptTime: optional(time('nextAttemptTime is when the next mover starts, after one has failed.')),
	job: optional(text('job is the name of the Job that runs or ran last.', 63)),
	node: optional(text('node is where the mover runs or ran last.', 253)),
	identity: optional(object('identity is as whom the mover runs or ran last.', {
		name: choice('name of the identity: root in a user namespace, root on the node, or an ordinary user.', ['UserNamespaceRoot', 'HostRoot', 'Unprivileged']),
		reason: text('reason is why, as one word.', 64, {pattern: '^[A-Z][A-Za-z0-9]*$'}),
		message: optional(text('message is why, in a sentence.', 1024)),
	})),
};
