import {isReadyReason, reasonClass} from '../reasons.ts';
import {complain} from './checked-object.ts';
import type {StatusRule} from './checked-object.ts';

/** Rule 2: who must act, Lazarette or a person, is said by exactly one condition, and nobody must when Ready is True. */
export const polarity: StatusRule = ({is, find}) => {
	const ready = find('Ready');
	if (!ready) return [];

	const reconciling = is('Reconciling') === 'True';
	const stalled = is('Stalled') === 'True';
	if (reconciling && stalled) return ['Reconciling and Stalled are both True'];
	if (ready.status === 'True') return complain(reconciling || stalled, `Ready is True although ${reconciling ? 'Reconciling' : 'Stalled'} is`);
	if (!reconciling && !stalled) return [`Ready is ${ready.status}, and neither Reconciling nor Stalled says who must act`];
	return complain(ready.status === 'Unknown' && stalled, 'Ready is Unknown although Stalled is True; what is stalled is known not to be ready');
};

/** The class of Ready's reason and the condition beside it tell the same. */
export const reasonAgrees: StatusRule = ({is, find, isRun}) => {
	const ready = find('Ready');
	if (!ready || !isReadyReason(ready.reason)) return [];

	const says = reasonClass(ready.reason);
	const because = `Ready has the reason ${ready.reason}`;
	if (says === 'fine') return complain(ready.status !== 'True', `${because} and is ${ready.status}`);
	if (ready.status === 'True') return [`${because} and is True`];
	if (says === 'underWay' || says === 'waiting') return complain(is('Reconciling') !== 'True', `${because}, so Reconciling must be True`);
	if (says === 'failed' && !isRun) return [];
	return complain(is('Stalled') !== 'True', `${because}, so Stalled must be True`);
};
