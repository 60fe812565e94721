import {failures} from './v1alpha1/failures.ts';

/** What went wrong in a mover or the CLI, the exit code it leaves and the reason it becomes, as Markdown. */
export function failuresTable(): string {
	const rows = Object.entries(failures).map(([code, {exitCode, reason, again}]) => `| \`${code}\` | ${exitCode} | \`${reason}\` | ${again === 'Later' ? 'yes' : 'no'} |`);
	return ['| error | exit code | reason | tried again |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
