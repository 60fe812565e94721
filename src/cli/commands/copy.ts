import {Command, Option} from 'commander';
import {failureOf} from '../../api/v1alpha1/failures.ts';
import {shortId} from '../../repository/archive.ts';
import type {CopyResult} from '../../repository/restic/copy/copy-archives.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withOtherRepository, withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';
import {createProgressBar} from '../render/progress-bar.ts';
import {addSelection, selectArchives} from '../select-archives.ts';
import type {Selection} from '../select-archives.ts';

type CopyFlags = Selection & {fromRepo: string; fromPasswordFile: string; fromCaFile?: string; fromLock: boolean};

const names = {passwordFile: '--from-password-file', caFile: '--from-ca-file'};

export const copyCommand = (context: CliContext): Command =>
	addSelection(
		new Command('copy')
			.description('bring archives from another repository into this one, under its own key; what is there already is left out')
			.addOption(new Option('--from-repo <location>', 'the repository to copy from').env('LAZARETTE_FROM_REPOSITORY').makeOptionMandatory())
			.addOption(new Option('--from-password-file <file>', 'file that holds its password').env('LAZARETTE_FROM_PASSWORD_FILE').makeOptionMandatory())
			.option('--from-ca-file <file>', 'PEM certificates that its store\'s certificate is checked against')
			.option('--no-from-lock', 'read it without a lock, when its credentials may only read'),
	).action(async (options: CopyFlags, command: Command) => {
		const {json, quiet} = command.optsWithGlobals<GlobalOptions>();
		const {signal, clock} = context;
		const place = {repository: options.fromRepo, passwordFile: options.fromPasswordFile, caFile: options.fromCaFile};
		await withOtherRepository(
			place,
			names,
			context,
			async source =>
				withRepository(command, context, async repository => {
					const bar = createProgressBar(json || quiet ? {write() {}} : context.err, clock);
					const wanted = new Set(selectArchives(await source.archives(signal), options).map(({id}) => id));
					const result = await repository
						.copyFrom({from: await source.copySource(signal), select: ({id}) => wanted.has(id), onProgress: ({archivesDone, bytesDone, bytesTotal}) => bar.update({filesDone: archivesDone, bytesDone, bytesTotal})}, signal)
						.finally(() => bar.done());
					if (json) context.line(JSON.stringify(jsonResult(result)));
					else print(result, context);
					if (result.damaged.length > 0) context.exitCode = failureOf('RepositoryDamaged').exitCode;
				}),
			{lock: options.fromLock},
		);
	});

function print({copied, present, damaged, blobs, bytes, packs}: CopyResult, context: CliContext): void {
	for (const {from, to} of copied) context.line(`archive ${shortId(from.id)} of ${from.time.toISOString()} is now ${shortId(to.id)}`);
	for (const {archive, message} of damaged) context.errorLine(`archive ${shortId(archive.id)} of ${archive.time.toISOString()} was not copied: ${message}`);
	context.line(`${copied.length} archives copied, ${present.length} were there already${damaged.length > 0 ? `, ${damaged.length} are damaged` : ''}; ${blobs.copied} blobs in ${packs} packs (${formatBytes(bytes)}), ${blobs.present} were there already`);
}

const jsonResult = ({copied, present, damaged, ...counts}: CopyResult): object => ({
	copied: copied.map(({from, to}) => ({from: from.id, to: to.id})),
	present: present.map(({id}) => id),
	damaged: damaged.map(({archive, message}) => ({archive: archive.id, message})),
	...counts,
});
