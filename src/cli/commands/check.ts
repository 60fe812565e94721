import {Command} from 'commander';
import {failureOf} from '../../api/v1alpha1/failures.ts';
import type {CheckFinding, CheckResult} from '../../repository/restic/check/check-result.ts';
import {parseDataShare} from '../../repository/restic/check/data-share.ts';
import type {DataShare} from '../../repository/restic/check/data-share.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';
import {createProgressBar} from '../render/progress-bar.ts';

export const checkCommand = (context: CliContext): Command =>
	new Command('check')
		.description('prove that every archive of the repository can be restored')
		.option('--read-data', 'also read every blob and compare it with its name', false)
		.option('--read-data-subset <share>', 'as --read-data, but only a share of the packs: n/t for the n-th of t parts, or x% at random', parseDataShare)
		.action(async (options: {readData: boolean; readDataSubset?: DataShare}, command: Command) => {
			const readData = options.readDataSubset ? {share: options.readDataSubset} : options.readData;
			const {json, quiet} = command.optsWithGlobals<GlobalOptions>();
			await withRepository(command, context, async repository => {
				const bar = createProgressBar(json || quiet ? {write() {}} : context.err, context.clock);
				const onProgress = (bytesDone: number, bytesTotal: number): void => bar.update({filesDone: 0, bytesDone, bytesTotal});
				const result = await repository.check({readData, onProgress}, context.signal);
				bar.done();
				if (json) context.line(JSON.stringify(result));
				else print(result, readData !== false, context);
				if (result.problemsTotal > 0) context.exitCode = failureOf('RepositoryDamaged').exitCode;
			});
		});

function print(result: CheckResult, readData: boolean, context: CliContext): void {
	const list = (kind: string, findings: CheckFinding[], total: number): void => {
		for (const {message} of findings) context.line(`${kind}: ${message}`);
		if (total > findings.length) context.line(`${kind}: and ${total - findings.length} more`);
	};

	list('problem', result.problems, result.problemsTotal);
	list('warning', result.warnings, result.warningsTotal);
	if (result.unreferencedPacks.count > 0) context.line(`${result.unreferencedPacks.count} packs (${formatBytes(result.unreferencedPacks.bytes)}) belong to no archive, left by runs that were cut off; they do no harm`);
	context.line(`${result.archives} archives, ${result.trees} trees and ${result.dataBlobs} data blobs in ${result.packs} packs (${formatBytes(result.packBytes)})${readData ? `; ${result.packsProven} packs (${formatBytes(result.bytesProven)}) were read and proven` : '; data was not read'}`);
	context.line(result.problemsTotal === 0 ? 'no problems were found' : `${result.problemsTotal} problems were found; nothing was changed`);
}
