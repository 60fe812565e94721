import {kindsTable, milestonesTable, reasonsTable} from '../../src/api/conditions-table.ts';
import {failuresTable} from '../../src/api/failures-table.ts';
import {fieldTable} from '../../src/api/field-table.ts';
import {structuralSchema} from '../../src/api/structural-schema.ts';
import {definitions} from '../../src/api/v1alpha1/definitions.ts';
import {commandTables, globalOptionsTable} from '../../src/cli/command-tables.ts';
import {systemContext} from '../../src/cli/cli-context.ts';
import {createProgram} from '../../src/cli/run-cli.ts';
import type {Kind} from '../../src/api/v1alpha1/group.ts';

/** Page to its generated sections; what stands around the sections is written by hand. */
export function documentSections(): Map<string, Map<string, string>> {
	const page = (kind: Kind) => new Map([
		['spec', fieldTable(structuralSchema(definitions[kind].spec))],
		['status', fieldTable(structuralSchema(definitions[kind].status))],
	]);
	const context = systemContext();
	const program = createProgram(context);
	context.dispose();
	return new Map([
		['docs/cli.md', new Map([['global', globalOptionsTable(program)], ['commands', commandTables(program)]])],
		['docs/conditions.md', new Map([['kinds', kindsTable()], ['reasons', reasonsTable()], ['milestones', milestonesTable()], ['failures', failuresTable()]])],
		['docs/api/backup-repository.md', page('BackupRepository')],
		['docs/api/volume-backup.md', page('VolumeBackup')],
		['docs/api/volume-backup-schedule.md', page('VolumeBackupSchedule')],
		['docs/api/volume-restore.md', page('VolumeRestore')],
	]);
}

/** The page with each `<!-- begin NAME -->` … `<!-- end NAME -->` filled anew. A section without its marks is an error: the page would silently go stale. */
export function fillSections(path: string, text: string, sections: Map<string, string>): string {
	let filled = text;
	for (const [name, content] of sections) {
		const begin = `<!-- begin ${name} -->`;
		const end = `<!-- end ${name} -->`;
		const from = filled.indexOf(begin);
		const to = filled.indexOf(end);
		if (from < 0 || to < from) throw new Error(`${path} has no section between ${begin} and ${end}; put both marks where the generated table belongs`);
		filled = `${filled.slice(0, from + begin.length)}\n\n${content}\n\n${filled.slice(to)}`;
	}

	return filled;
}
