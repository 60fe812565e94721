import {Command} from 'commander';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';
import {renderTable} from '../render/table.ts';

export const archivesCommand = (context: CliContext): Command =>
	new Command('archives')
		.description('list archives, oldest first')
		.option('--host <name>', 'only of this host; in archives of the operator, a namespace')
		.option('--path <path>', 'only of this path; in archives of the operator, / and a claim')
		.action(async ({host, path}: {host?: string; path?: string}, command: Command) => {
			await withRepository(command, context, async repository => {
				const archives = (await repository.archives(context.signal)).filter(archive => (host === undefined || archive.hostname === host) && (path === undefined || archive.paths.includes(path)));
				if (command.optsWithGlobals<GlobalOptions>().json) for (const archive of archives) context.line(JSON.stringify(archive));
				else context.line(renderTable(['ID', 'Time', 'Host', 'Paths', 'Files', 'Size', 'Tags'], archives.map(row), [4, 5]));
			});
		});

const row = ({id, time, hostname, paths, summary, tags}: Archive): string[] => [
	shortId(id),
	time.toISOString().replace('T', ' ').slice(0, 19),
	hostname,
	paths.join(', '),
	summary ? String(summary.totalFilesProcessed) : '',
	summary ? formatBytes(summary.totalBytesProcessed) : '',
	tags.join(', '),
];
