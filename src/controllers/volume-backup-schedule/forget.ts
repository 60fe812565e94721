import {refOfKey} from '../../kube/object.ts';
import type {ObjectKey} from '../../kube/object.ts';
import type {Services} from '../shared/services.ts';

/** A schedule that is gone has no series any more, or an alert on its age would never end. */
export function forgetSchedule(key: ObjectKey, {metrics, marks}: Pick<Services, 'metrics' | 'marks'>): void {
	marks.forget(key);
	const {namespace = '', name} = refOfKey(key);
	metrics.scheduleLastSuccess.remove({namespace, schedule: name});
}
