import {careKinds} from '../../api/v1alpha1/mover-contract.ts';
import type {ForgetFacts, MaintenanceFacts} from '../../api/v1alpha1/mover-contract.ts';
import {archiveId, count, newestArchive, oneOf, record, sentence, text} from './untrusted.ts';
import type {Fields} from './untrusted.ts';

const mostExamples = 10;
const mostReviewed = 64;
const mostRetained = 64;

/** What a piece of care says it did, checked and bounded. */
export function maintenanceFacts(value: Fields | undefined): MaintenanceFacts | undefined {
	const kind = oneOf(value?.['kind'], careKinds);
	if (!value || !kind) return undefined;
	const forget = forgetFacts(record(value['forget']));
	const prune = record(value['prune']);
	const check = checkFacts(record(value['check']));
	return {
		kind,
		...(value['archives'] !== undefined && {archives: count(value['archives'])}),
		...(forget && {forget}),
		...(prune && {prune: {freedBytes: count(prune['freedBytes']), unusedBytes: count(prune['unusedBytes']), limitReached: prune['limitReached'] === true}}),
		...(value['pruneStopped'] === true && {pruneStopped: true}),
		...(check && {check}),
		...(Array.isArray(value['retained']) && {retained: value['retained'].slice(0, mostRetained).flatMap(retained)}),
	};
}

function forgetFacts(value: Fields | undefined): ForgetFacts | undefined {
	if (!value) return undefined;
	return {
		removed: count(value['removed']),
		kept: count(value['kept']),
		lastGood: count(value['lastGood']),
		removedExamples: examples(value['removedExamples']),
		review: items(value['review'], mostReviewed).flatMap(item => {
			const policy = text(item['policy'], 400);
			return policy ? [{policy, remove: count(item['remove']), keep: count(item['keep'])}] : [];
		}),
		reviewExamples: examples(value['reviewExamples']),
	};
}

function checkFacts(value: Fields | undefined): MaintenanceFacts['check'] {
	if (!value) return undefined;
	return {
		part: count(value['part']),
		parts: count(value['parts']),
		problems: count(value['problems']),
		warnings: count(value['warnings']),
		bytesRead: count(value['bytesRead']),
		findings: items(value['findings'], mostExamples).flatMap(item => {
			const object = text(item['object'], 256);
			return object ? [{object, message: sentence(item['message']).slice(0, 512) || 'it is damaged'}] : [];
		}),
	};
}

function retained(item: unknown): NonNullable<MaintenanceFacts['retained']> {
	const value = record(item);
	const id = archiveId(value?.['id']);
	const reason = oneOf(value?.['reason'], ['LastGood', 'Pinned'] as const);
	return id && reason ? [{id, reason}] : [];
}

const items = (value: unknown, most: number): Fields[] => (Array.isArray(value) ? value.slice(0, most).flatMap((item): Fields[] => {
		const fields = record(item);
		return fields ? [fields] : [];
	}) : []);

const examples = (value: unknown): ForgetFacts['removedExamples'] => items(value, mostExamples).flatMap(newestArchive);
