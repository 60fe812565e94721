import {complain} from './checked-object.ts';
import type {StatusRule} from './checked-object.ts';

/** Only conditions, statuses and reasons of the contract's table, each condition once. */
export const vocabulary: StatusRule = ({conditions, contract}) =>
	conditions.flatMap(({type, status, reason}, index) => {
		const known = contract.conditions[type];
		if (!known) return [`${type} is no condition of this kind`];
		if (conditions.findIndex(other => other.type === type) !== index) return [`${type} is there twice`];
		if (known.polarity === 'abnormal' && status !== 'True') return [`${type} is ${status}; it is absent unless it is True`];

		const allowed = known.reasons[status] ?? [];
		if (allowed.length === 0) return [`${type} is never ${status}`];
		return complain(!allowed.includes(reason), `${type} is ${status} with the reason ${reason}, which the contract does not give it`);
	});
