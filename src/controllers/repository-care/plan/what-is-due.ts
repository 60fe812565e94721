import {careKinds} from '../../../api/v1alpha1/mover-contract.ts';
import type {CareKind} from '../../../api/v1alpha1/mover-contract.ts';
import type {MaintenanceStatus} from '../../../api/v1alpha1/maintenance-fields.ts';

/** What somebody waits for comes first, then what makes room, then what only looks. */
const order: readonly CareKind[] = ['removeKey', 'delete', 'forget', 'prune', 'check'];

export type Wanted = {
	/** Archives wait to be removed. */
	deletions: boolean;
	/** When a key is to be removed. */
	removeKeyAt?: Date;
};

export type Due = {kind: CareKind} | {kind: 'nothing'; /** When to look again. */ at?: Date};

/** What is to be done now, one thing at a time; what failed waits for its next attempt and holds up nothing else. */
export function whatIsDue(status: MaintenanceStatus, wanted: Wanted, now: Date): Due {
	const times = careKinds.flatMap(kind => {
		const at = dueAt(kind, status, wanted);
		return at ? [{kind, at}] : [];
	});
	const due = new Set(times.filter(({at}) => at <= now).map(({kind}) => kind));
	const first = order.find(kind => due.has(kind));
	if (first) return {kind: first};
	const next = times.map(({at}) => at).toSorted((left, right) => left.getTime() - right.getTime())[0];
	return {kind: 'nothing', ...(next && {at: next})};
}

function dueAt(kind: CareKind, status: MaintenanceStatus, {deletions, removeKeyAt}: Wanted): Date | undefined {
	const state = status[kind];
	const wish = kind === 'delete' ? (deletions ? new Date(0) : undefined) : kind === 'removeKey' ? removeKeyAt : instant(status[kind]?.nextTime);
	const retry = instant(state?.retryTime);
	return wish && retry && retry > wish ? retry : wish;
}

const instant = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
