import {Command, InvalidArgumentError} from 'commander';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';
import {groupArchives} from '../../repository/restic/forget/group-archives.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';
import {renderTable} from '../render/table.ts';
import {collectTags, selectArchives} from '../select-archives.ts';

export const archivesCommand = (context: CliContext): Command =>
	new Command('archives')
		.alias('snapshots')
		.description('list archives, oldest first')
		.option('--host <name>', 'only of this host; in archives of the operator, a namespace')
		.option('--path <path>', 'only of this path; in archives of the operator, / and a claim')
		.option('--tag <tag>', 'only with this tag; may be repeated, then with all of them', collectTags)
		.option('--latest <count>', 'only so many newest of each host and paths', wholeCount)
		.action(async ({latest, ...selection}: {host?: string; path?: string; tag?: string[]; latest?: number}, command: Command) => {
			await withRepository(command, context, async repository => {
				const archives = newestOfEach(selectArchives(await repository.archives(context.signal), selection), latest);
				if (command.optsWithGlobals<GlobalOptions>().json) for (const archive of archives) context.line(JSON.stringify(archive));
				else context.line(renderTable(['ID', 'Time', 'Host', 'Paths', 'Files', 'Size', 'Tags'], archives.map(row), [4, 5]));
			});
		});

function newestOfEach(archives: readonly Archive[], count = Infinity): readonly Archive[] {
	const newest = new Set(groupArchives(archives).flatMap(group => group.archives.slice(Math.max(0, group.archives.length - count))));
	return archives.filter(archive => newest.has(archive));
}

function wholeCount(value: string): number {
	if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('use a whole number above 0');
	return Number(value);
}

const row = ({id, time, hostname, paths, summary, tags}: Archive): string[] => [
	shortId(id),
	time.toISOString().replace('T', ' ').slice(0, 19),
	hostname,
	paths.join(', '),
	summary ? String(summary.totalFilesProcessed) : '',
	summary ? formatBytes(summary.totalBytesProcessed) : '',
	tags.join(', '),
];
