import {Command, InvalidArgumentError} from 'commander';
import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';
import type {KeepReason} from '../../repository/restic/forget/apply-policy.ts';
import type {ForgetResult} from '../../repository/restic/forget/forget.ts';
import type {GroupBy} from '../../repository/restic/forget/group-archives.ts';
import {isEmptyPolicy, parseRetentionPeriod} from '../../repository/restic/forget/retention-policy.ts';
import type {RetentionPolicy} from '../../repository/restic/forget/retention-policy.ts';
import type {PruneResult} from '../../repository/restic/prune/prune-result.ts';
import type {ResticRepository} from '../../repository/restic/restic-repository.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {findArchive} from '../find-archive.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';
import {renderTable} from '../render/table.ts';
import {collectTags, selectArchives} from '../select-archives.ts';
import {addPruneOptions, describePrune, pruneOptions} from './prune.ts';
import type {PruneFlags} from './prune.ts';

type ForgetFlags = Record<string, unknown> & PruneFlags & {host?: string; path?: string; tag?: string[]; groupBy?: GroupBy; dryRun: boolean; prune: boolean; keepTag?: string[]};

const counted = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
const periods = ['within', 'withinHourly', 'withinDaily', 'withinWeekly', 'withinMonthly', 'withinYearly'] as const;

const optionOf = (rule: string): string => `--keep-${rule.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
const flagOf = (rule: string): string => `keep${rule.charAt(0).toUpperCase()}${rule.slice(1)}`;

export function forgetCommand(context: CliContext): Command {
	const command = new Command('forget')
		.description('remove archives by a retention policy, or those that are named; data goes with the next prune')
		.argument('[archive...]', 'IDs, or the beginnings of some, to remove without a policy');
	for (const rule of counted) command.option(`${optionOf(rule)} <count>`, rule === 'last' ? 'keep so many newest; -1 for all' : `keep the newest of so many ${periodNames[rule]}; -1 for all`, wholeNumber);
	for (const rule of periods) command.option(`${optionOf(rule)} <period>`, 'keep what is younger than this, e.g. 1y5m7d2h', parseRetentionPeriod);
	command
		.option('--keep-tag <tags>', 'keep what has all of these comma-separated tags; may be repeated', (value: string, list?: string[]) => [...(list ?? []), value])
		.option('--host <name>', 'only archives of this host')
		.option('--path <path>', 'only archives of this path')
		.option('--tag <tag>', 'only archives with this tag; may be repeated, then with all of them', collectTags)
		.option('--group-by <fields>', 'what archives must share to be one history: host, paths and tags, comma-separated, or \'\' for a single one; host,paths unless given', groupBy)
		.option('--prune', 'prune under the same lock', false)
		.option('--dry-run', 'say what would be removed, and remove nothing', false);
	return addPruneOptions(command).action(async (wishes: string[], flags: ForgetFlags, self: Command) => {
		const {json} = self.optsWithGlobals<GlobalOptions>();
		await withRepository(self, context, async repository => {
			const done = await (wishes.length > 0 ? removeNamed : applyPolicy)(repository, wishes, flags, context.signal);
			for (const line of json ? [jsonOf(done)] : describe(done, flags.dryRun)) context.line(line);
		});
	});
}

type Done = {forgotten: Pick<ForgetResult, 'keep' | 'remove'>; kept?: number; freedBefore?: number; pruned?: PruneResult};

async function applyPolicy(repository: ResticRepository, _: readonly string[], flags: ForgetFlags, signal: AbortSignal): Promise<Done> {
	const {dryRun, prune, groupBy: by, storeIsFull, host, path, tag} = flags;
	const selection = {...(host !== undefined && {host}), ...(path !== undefined && {path}), ...(tag && {tag})};
	const select = (archive: Archive): boolean => selectArchives([archive], selection).length > 0;
	const options = {policy: policyOf(flags), select, ...(by && {groupBy: by})};
	if (storeIsFull === undefined || dryRun) return repository.forget({...options, dryRun, ...(prune && {prune: pruneOptions(flags)})}, signal);
	const {forgotten, freed, pruned} = await repository.makeRoom({word: storeIsFull, forget: options}, signal);
	return {forgotten: forgotten!, freedBefore: freed.bytes, pruned};
}

async function removeNamed(repository: ResticRepository, wishes: readonly string[], flags: ForgetFlags, signal: AbortSignal): Promise<Done> {
	if (!isEmptyPolicy(policyOf(flags))) throw new LazaretteError('BadRequest', 'forget takes archives or rules of a policy, not both', {hint: 'leave out the --keep options to remove just these archives; nothing was removed'});
	if (flags.storeIsFull !== undefined) throw new LazaretteError('BadRequest', '--store-is-full goes with a policy, not with archives', {hint: 'use --keep options, and --host, --path or --tag; nothing was removed'});
	const archives = await repository.archives(signal);
	const remove = [...new Set(wishes.map(wish => findArchive(archives, wish)))];
	if (!flags.dryRun) await repository.removeArchives(remove, signal);
	const pruned = flags.prune && !flags.dryRun ? await repository.prune(pruneOptions(flags), signal) : undefined;
	return {forgotten: {keep: [], remove}, kept: archives.length - remove.length, ...(pruned && {pruned})};
}

const jsonOf = ({forgotten, pruned}: Done): string =>
	JSON.stringify({keep: forgotten.keep.map(({archive, reasons}) => ({id: archive.id, reasons})), remove: forgotten.remove.map(({id}) => id), ...(pruned && {pruned})});

function describe({forgotten, kept = forgotten.keep.length, freedBefore = 0, pruned}: Done, dryRun: boolean): string[] {
	const rows = [...forgotten.keep.map(({archive, reasons}) => [...row(archive), `keep: ${reasons.map(reasonText).join(', ')}`]), ...forgotten.remove.map(archive => [...row(archive), 'remove'])];
	return [
		renderTable(['ID', 'Time', 'Host', 'Paths', 'Decision'], rows),
		`${forgotten.remove.length} archives ${dryRun ? 'would be' : 'were'} removed, ${kept} kept`,
		...(freedBefore > 0 ? [`${formatBytes(freedBefore)} were freed before there was room for a lock`] : []),
		...(pruned ? [describePrune(pruned)] : []),
	];
}

const periodNames = {hourly: 'hours', daily: 'days', weekly: 'weeks', monthly: 'months', yearly: 'years'};

function policyOf(flags: ForgetFlags): RetentionPolicy {
	const rules = [...counted, ...periods].flatMap(rule => (flags[flagOf(rule)] === undefined ? [] : [[rule, flags[flagOf(rule)]]]));
	return {...Object.fromEntries(rules), ...(flags.keepTag && {keepTags: flags.keepTag.map(tags => tags.split(','))})} as RetentionPolicy;
}

function wholeNumber(value: string): number {
	if (value === 'unlimited') return -1;
	if (!/^-?\d{1,9}$/.test(value)) throw new InvalidArgumentError('use a whole number, or -1 for all');
	return Number(value);
}

const fields = ['host', 'paths', 'tags'] as const;

function groupBy(value: string): GroupBy {
	return value.split(',').filter(name => name !== '').map(name => {
		const field = fields.find(known => known === name || known === `${name}s`);
		if (!field) throw new InvalidArgumentError('use host, paths and tags');
		return field;
	});
}

const row = ({id, time, hostname, paths}: Archive): string[] => [shortId(id), time.toISOString().slice(0, 19).replace('T', ' '), hostname, paths.join(', ')];

const reasonText = (reason: KeepReason): string => (reason.rule === 'tags' ? `tags ${reason.tags.join(', ')}` : 'oldest' in reason ? `${reason.rule} (oldest)` : reason.rule === 'noPolicy' ? 'no rule was given' : reason.rule);
