import {Command, InvalidArgumentError, Option} from 'commander';
import {programVersion} from '../../base/version.ts';
import {archiveDirectory} from '../../engine/archive/archive-directory.ts';
import type {ArchiveOutcome} from '../../engine/archive/archive-outcome.ts';
import {localIdentities} from '../../engine/archive/identities.ts';
import {filesTotal} from '../../engine/archive/tally.ts';
import {openLinuxFileSystem} from '../../engine/file-system/linux/open-linux-file-system.ts';
import {shortId} from '../../repository/archive.ts';
import {defaultCompression} from '../../repository/restic/write/compression.ts';
import type {Compression} from '../../repository/restic/write/compression.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {warningsExitCode} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {parseInstant} from '../parse-instant.ts';
import {formatBytes, formatSeconds} from '../render/format-bytes.ts';
import {createProgressBar} from '../render/progress-bar.ts';
import {collectTags} from '../select-archives.ts';

type BackupOptions = {
	host?: string;
	as?: string;
	tag: string[];
	include: string[];
	exclude: string[];
	parent: string;
	onEmptySource: 'fail' | 'warn' | 'allow';
	onUnreadableFile: 'fail' | 'warn';
	time?: string;
	resticTrees: boolean;
	withAtime: boolean;
	compression: Compression;
	packSize?: number;
	verify: 'sample' | 'all';
};

/** restic's names. Above the last, zstd takes several times as long for a few percent more. */
const levels = new Map([['fastest', 1], ['better', 7], ['max', 12]]);

function compression(value: string): Compression {
	if (value === 'off') return 'off';
	if (value === 'auto') return defaultCompression;
	const named = levels.get(value);
	if (named !== undefined) return {level: named};
	if (/^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= 19) return {level: Number(value)};
	throw new InvalidArgumentError('use off, fastest, auto, better, max, or a level from 1 to 19');
}

function packSize(value: string): number {
	if (/^\d{1,3}$/.test(value) && Number(value) >= 4 && Number(value) <= 128) return Number(value);
	throw new InvalidArgumentError('use a whole number of MiB from 4 to 128');
}

const collect = (value: string, list: string[]): string[] => [...list, value];

export const backupCommand = (context: CliContext): Command =>
	new Command('backup')
		.description('turn a directory into an archive')
		.argument('<directory>')
		.option('--as <path>', 'absolute path under which the archive shows the directory; its own unless given')
		.option('--host <name>', 'host to record; this machine\'s name unless given')
		.option('--tag <tag>', 'tag to record; may be repeated', collectTags, [])
		.option('--include <glob>', 'only what matches; may be repeated', collect, [])
		.option('--exclude <glob>', 'leave out what matches; may be repeated', collect, [])
		.option('--parent <archive>', 'archive to compare with: auto, none, or an ID', 'auto')
		.option('--time <instant>', 'time of the archive, RFC 3339; now unless given')
		.addOption(new Option('--on-empty-source <policy>').choices(['fail', 'warn', 'allow']).default('fail'))
		.addOption(new Option('--on-unreadable-file <policy>').choices(['fail', 'warn']).default('warn'))
		.option('--restic-trees', 'write trees bit for bit as restic does, so that both share them', false)
		.option('--compression <mode>', 'of content: off, fastest, auto, better, max, or zstd\'s level from 1 to 19', compression, defaultCompression)
		.option('--pack-size <MiB>', 'size at which a pack is closed, 4 to 128; 16 unless given', packSize)
		.addOption(new Option('--verify <share>', 'which compressed pieces of content are read back before they count').choices(['sample', 'all']).default('sample'))
		.option('--with-atime', 'record access times', false)
		.action(async (directory: string, options: BackupOptions, command: Command) => {
			const {json, quiet} = command.optsWithGlobals<GlobalOptions>();
			const {clock, signal} = context;
			const fileSystem = await openLinuxFileSystem();
			const bar = createProgressBar(json || quiet ? {write() {}} : context.err, clock);
			const begun = clock.monotonicMs();
			await withRepository(
				command,
				context,
				async repository => {
					const outcome = await archiveDirectory({
						repository,
						fileSystem,
						source: {directory, ...(options.as !== undefined && {recordedAs: options.as})},
						hostname: options.host ?? context.hostname,
						username: context.username,
						tags: options.tag,
						time: options.time === undefined ? clock.now() : parseInstant(options.time, '--time'),
						parent: options.parent,
						include: options.include,
						exclude: options.exclude,
						fields: {include: '--include', exclude: '--exclude'},
						onEmptySource: options.onEmptySource,
						onUnreadable: options.onUnreadableFile,
						identities: localIdentities(),
						withAtime: options.withAtime,
						programVersion,
						onProgress: progress => bar.update(progress),
						onSkipped({path, reason}) {
							bar.done();
							if (!json) context.errorLine(`skipped ${path}: ${reason}`);
						},
						clock,
						signal,
					}).finally(() => bar.done());
					context.line(json ? JSON.stringify(jsonResult(outcome)) : describe(outcome, (clock.monotonicMs() - begun) / 1000));
					if (outcome.warnings.length > 0) context.exitCode = warningsExitCode;
				},
				{
					treeForm: options.resticTrees ? 'restic' : 'canonical',
					compression: options.compression,
					...(options.packSize !== undefined && {packSize: options.packSize * 1024 * 1024}),
					verify: options.verify,
				},
			);
		});

function describe({archive, parent, tally, added, warnings}: ArchiveOutcome, seconds: number): string {
	return [
		`archive ${shortId(archive.id)}${parent ? `, compared with ${shortId(parent.id)}` : ''}`,
		`  files: ${tally.filesNew} new, ${tally.filesChanged} changed, ${tally.filesUnmodified} unmodified`,
		`  data:  ${formatBytes(tally.bytesTotal)} in all, ${formatBytes(tally.bytesRead)} read, ${formatBytes(added.storedBytes)} stored, in ${formatSeconds(seconds)}`,
		...warnings.map(warning => `  warning: ${warning}`),
	].join('\n');
}

const jsonResult = ({archive, parent, tally, added, skipped, skippedTotal, warnings}: ArchiveOutcome): object => ({
	archive: archive.id,
	tree: archive.tree,
	parent: parent?.id,
	filesTotal: filesTotal(tally),
	...tally,
	bytesAdded: added.bytes,
	bytesStored: added.storedBytes,
	skipped,
	skippedTotal,
	warnings,
});
