import {outcomes} from '../status-fields.ts';
import {complain} from './checked-object.ts';
import type {StatusRule, Subject} from './checked-object.ts';

/** Rule 3: the outcome, Succeeded, Ready and completionTime of a run are settled together and tell the same. */
export const runOutcome: StatusRule = subject => {
	const {isRun, status, is} = subject;
	if (!isRun) return [];

	const {outcome, completionTime} = status;
	const succeeded = is('Succeeded');
	const ended = [succeeded !== undefined, outcome !== undefined, completionTime !== undefined];
	if (!ended.includes(true)) return complain(is('Ready') === 'True', 'Ready is True although the run has not ended');
	if (ended.includes(false)) return [`the end is told in part: Succeeded ${succeeded ?? 'absent'}, outcome ${outcome ?? 'absent'}, completionTime ${completionTime ?? 'absent'}`];
	if (!(outcomes as readonly string[]).includes(outcome ?? '')) return [`outcome ${outcome} is none of ${outcomes.join(', ')}`];
	return [...times(subject), ...(outcome === 'Failed' ? failed(subject) : succeededAs(subject, outcome ?? ''))];
};

function failed({is, find}: Subject): string[] {
	return [
		...complain(is('Succeeded') !== 'False', 'the outcome is Failed and Succeeded is not False'),
		...complain(is('Ready') !== 'False', 'the outcome is Failed and Ready is not False'),
		...complain(is('Stalled') !== 'True', 'the outcome is Failed and Stalled is not True'),
		...complain(find('Succeeded')?.reason !== find('Ready')?.reason, 'Succeeded and Ready give different reasons for the failure'),
	];
}

function succeededAs({is, find}: Subject, outcome: string): string[] {
	return [
		...complain(is('Succeeded') !== 'True', `the outcome is ${outcome} and Succeeded is not True`),
		...complain(is('Ready') !== 'True', `the outcome is ${outcome} and Ready is not True`),
		...['Succeeded', 'Ready'].flatMap(type => complain(find(type)?.reason !== outcome, `the outcome is ${outcome} and the reason of ${type} is ${find(type)?.reason}`)),
	];
}

function times({status: {startTime, completionTime}}: Subject): string[] {
	if (!startTime) return ['the run has ended and startTime is absent'];
	return complain(Date.parse(completionTime ?? '') < Date.parse(startTime), `completionTime ${completionTime} is before startTime ${startTime}`);
}
