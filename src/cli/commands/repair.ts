import {createWriteStream} from 'node:fs';
import {join, resolve} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {Command} from 'commander';
import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import type {RepairIndexResult} from '../../repository/restic/repair/repair-index.ts';
import type {RepairPacksResult} from '../../repository/restic/repair/repair-packs.ts';
import type {RepairSnapshotsResult} from '../../repository/restic/repair/repair-snapshots.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {warningsExitCode} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {addSelection, selectArchives} from '../select-archives.ts';
import type {Selection} from '../select-archives.ts';

/** `repair index | packs | snapshots`: in this order, after a check has said what is damaged. */
export const repairCommand = (context: CliContext): Command =>
	new Command('repair').description('make a damaged repository usable again').addCommand(indexCommand(context)).addCommand(packsCommand(context)).addCommand(snapshotsCommand(context));

const isJson = (command: Command): boolean => command.optsWithGlobals<GlobalOptions>().json;

const indexCommand = (context: CliContext): Command =>
	new Command('index')
		.description('make the index say what is there')
		.option('--read-all-packs', 'believe no index file: read the header of every pack', false)
		.option('--dry-run', 'say what would be changed, and change nothing', false)
		.action(async (options: {readAllPacks: boolean; dryRun: boolean}, command: Command) => {
			await withRepository(command, context, async repository => {
				const result = await repository.repairIndex(options, context.signal);
				if (isJson(command)) context.line(JSON.stringify(result));
				else for (const line of describeIndex(result)) context.line(line);
				if (result.packs.unreadable.length > 0) context.exitCode = warningsExitCode;
			});
		});

function describeIndex({dryRun, indexFiles, packs}: RepairIndexResult): string[] {
	return [
		...indexFiles.damaged.map(({message}) => `damaged: ${message}`),
		...packs.missing.map(key => `missing: ${key}, which ${dryRun ? 'would leave' : 'left'} the index`),
		...packs.unreadable.map(({object, message}) => `unreadable: ${message}; salvage what is intact with: lazarette repair packs ${object.slice(object.lastIndexOf('/') + 1)}`),
		`${packs.kept} packs were in the index as they are; ${packs.added} ${dryRun ? 'would be' : 'were'} added, ${packs.corrected} corrected, ${packs.missing.length} taken out; ${indexFiles.removed} of ${indexFiles.before} index files ${dryRun ? 'would be' : 'were'} replaced`,
	];
}

const packsCommand = (context: CliContext): Command =>
	new Command('packs')
		.description('salvage the intact blobs of damaged packs, and remove the packs')
		.argument('<id...>', 'as a check names them: the 64 digits after data/xx/')
		.option('--save-to <directory>', 'where a copy of each pack is kept', '.')
		.option('--no-save', 'keep no copies')
		.action(async (ids: string[], {saveTo, save}: {saveTo: string; save: boolean}, command: Command) => {
			await withRepository(command, context, async repository => {
				const directory = resolve(context.workingDirectory, saveTo);
				const result = await repository.repairPacks({packs: ids, ...(save && {save: async (id, pieces) => saveCopy(join(directory, `pack-${id}`), pieces)})}, context.signal);
				if (isJson(command)) context.line(JSON.stringify(result));
				else for (const line of describePacks(result, save ? directory : undefined)) context.line(line);
				if (result.packs.some(({lost}) => lost.length > 0)) context.exitCode = warningsExitCode;
			});
		});

async function saveCopy(path: string, pieces: AsyncIterable<Buffer>): Promise<void> {
	try {
		await pipeline(pieces, createWriteStream(path, {mode: 0o600}));
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) throw error;
		throw new LazaretteError('BadRequest', `the copy ${path} can not be written (${code})`, {hint: 'give another --save-to, or --no-save; nothing was changed', cause: error});
	}
}

function describePacks({packs}: RepairPacksResult, directory: string | undefined): string[] {
	const lost = packs.reduce((sum, pack) => sum + pack.lost.length, 0);
	return [
		...packs.flatMap(({id, salvaged, lost: blobs}) => [`pack ${id}: ${salvaged} blobs are in new packs, ${blobs.length} are lost`, ...blobs.map(({type, id: blob}) => `  lost: ${type} blob ${blob}`)]),
		...(directory === undefined ? [] : [`copies of the packs are in ${directory}`]),
		lost > 0 ? 'archives that need what is lost can be written anew without it: lazarette repair snapshots' : 'nothing was lost',
	];
}

type SnapshotsFlags = Selection & {forget: boolean; keepPartial: boolean; dryRun: boolean};

const snapshotsCommand = (context: CliContext): Command =>
	addSelection(new Command('snapshots').description('write damaged archives anew without the files and directories that are lost'))
		.option('--forget', 'remove the damaged archives; else they stay, and the new ones are tagged "repaired"', false)
		.option('--keep-partial', 'keep what is left of a damaged file instead of leaving it out: it is no longer the file it was', false)
		.option('--dry-run', 'say what would be changed, and change nothing', false)
		.action(async ({forget, keepPartial, dryRun, ...selection}: SnapshotsFlags, command: Command) => {
			await withRepository(command, context, async repository => {
				const archives = await repository.archives(context.signal, () => undefined);
				const wanted = new Set(selectArchives(archives, selection).map(({id}) => id));
				const result = await repository.repairSnapshots({select: ({id}) => wanted.has(id), forget, keepPartial, dryRun}, context.signal);
				if (isJson(command)) context.line(JSON.stringify(jsonResult(result)));
				else for (const line of describeSnapshots(result)) context.line(line);
				if (result.unreadable.length + result.damaged.length > result.removed.length && !forget) context.exitCode = warningsExitCode;
			});
		});

const problems = {FileLeftOut: 'left out: content is missing', FileShortened: 'shortened: content is missing', DirectoryEmptied: 'emptied: its list of entries can not be read', SizeCorrected: 'its size was wrong'};

function describeSnapshots({dryRun, sound, repaired, unreadable, damaged, removed}: RepairSnapshotsResult): string[] {
	return [
		...repaired.flatMap(({before, after, findings}) => [
			`archive ${shortId(before.id)} of ${before.time.toISOString()}${after ? ` is repaired as ${shortId(after.id)}` : ' would be written anew'}`,
			...findings.map(({path, problem}) => `  ${path}: ${problems[problem]}`),
		]),
		...unreadable.map(({id, time}) => `archive ${shortId(id)} of ${time.toISOString()}: nothing of it can be read`),
		...damaged.map(({message}) => `damaged: ${message}`),
		`${sound} archives are sound, ${repaired.length} ${dryRun ? 'would be' : 'were'} repaired, ${unreadable.length + damaged.length} can not be read; ${removed.length} snapshot files were removed`,
	];
}

const jsonResult = ({repaired, unreadable, ...rest}: RepairSnapshotsResult): object => ({
	...rest,
	repaired: repaired.map(({before, after, findings}) => ({before: before.id, after: after?.id, findings})),
	unreadable: unreadable.map(({id}) => id),
});
