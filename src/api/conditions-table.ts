import {contract, milestoneReasons} from './v1alpha1/conditions.ts';
import {reasonsByKind} from './v1alpha1/reasons-by-kind.ts';
import {readyReasons, reasonClasses, reasons} from './v1alpha1/reasons.ts';
import type {Kind} from './v1alpha1/group.ts';
import type {ReasonClass} from './v1alpha1/reasons.ts';

const kinds = Object.keys(contract) as Kind[];

/** Kinds with their conditions and columns, as Markdown. */
export function kindsTable(): string {
	return kinds.map(kind => {
		const {conditions, columns} = contract[kind];
		const rows = Object.entries(conditions).map(([type, {meaning, polarity}]) => `| \`${type}\` | ${meaning} | ${polarity === 'abnormal' ? 'present only while True' : 'True or False'} |`);
		const shown = columns.filter(column => column.priority === 0).map(column => column.name).join(', ');
		const wide = columns.filter(column => column.priority > 0).map(column => column.name).join(', ');
		return `### ${kind}\n\n| condition | meaning | |\n| --- | --- | --- |\n${rows.join('\n')}\n\n\`kubectl get\` shows ${shown}; with \`-o wide\` also ${wide}.`;
	}).join('\n\n');
}

/** Every reason that some kind can have, by class; reasons that no kind uses yet are left out. */
export function reasonsTable(): string {
	return (Object.keys(reasonClasses) as ReasonClass[]).map(reasonClass => {
		const rows = readyReasons
			.filter(reason => reasons[reason].class === reasonClass)
			.map(reason => ({reason, users: kinds.filter(kind => reasonsByKind[kind].includes(reason))}))
			.filter(({users}) => users.length > 0)
			.map(({reason, users}) => `| \`${reason}\` | ${reasons[reason].meaning} | ${users.length === kinds.length ? 'all' : users.join(', ')} |`);
		return `### ${reasonClasses[reasonClass]}\n\n| reason | meaning | kinds |\n| --- | --- | --- |\n${rows.join('\n')}`;
	}).join('\n\n');
}

/** Reasons of the conditions that are steps of a run, when they have been reached or never will be. */
export const milestonesTable = (): string =>
	['| reason | meaning |', '| --- | --- |', ...Object.entries(milestoneReasons).map(([reason, meaning]) => `| \`${reason}\` | ${meaning} |`)].join('\n');
