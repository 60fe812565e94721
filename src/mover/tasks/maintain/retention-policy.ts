import type {Retention} from '../../../api/v1alpha1/retention-fields.ts';
import {parseRetentionPeriod} from '../../../repository/restic/forget/retention-policy.ts';
import type {RetentionPolicy} from '../../../repository/restic/forget/retention-policy.ts';

/** A policy as the engine decides by it. @throws BadRequest for a period that is none */
export function retentionPolicy(retention: Retention): RetentionPolicy {
	const {last, hourly, daily, weekly, monthly, yearly, keepTags, ...periods} = retention;
	return {
		...defined({last, hourly, daily, weekly, monthly, yearly}),
		...Object.fromEntries(Object.entries(defined(periods)).map(([rule, text]) => [rule, parseRetentionPeriod(text)])),
		...(keepTags && {keepTags: keepTags.map(tags => tags.split(','))}),
	};
}

const defined = <Value>(fields: Record<string, Value | undefined>): Record<string, Value> =>
	Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
