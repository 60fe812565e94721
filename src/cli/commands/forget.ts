import {Command, InvalidArgumentError} from 'commander';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';
import type {KeepReason} from '../../repository/restic/forget/apply-policy.ts';
import {parseRetentionPeriod} from '../../repository/restic/forget/retention-policy.ts';
import type {RetentionPolicy} from '../../repository/restic/forget/retention-policy.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {renderTable} from '../render/table.ts';
import {describePrune} from './prune.ts';

type ForgetFlags = Record<string, unknown> & {host?: string; path?: string; dryRun: boolean; prune: boolean; keepTag?: string[]};

const counted = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
const periods = ['within', 'withinHourly', 'withinDaily', 'withinWeekly', 'withinMonthly', 'withinYearly'] as const;

const optionOf = (rule: string): string => `--keep-${rule.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
const flagOf = (rule: string): string => `keep${rule.charAt(0).toUpperCase()}${rule.slice(1)}`;

export function forgetCommand(context: CliContext): Command {
	const command = new Command('forget').description('remove archives by a retention policy; data goes with the next prune');
	for (const rule of counted) command.option(`${optionOf(rule)} <count>`, rule === 'last' ? 'keep so many newest; -1 for all' : `keep the newest of so many ${periodNames[rule]}; -1 for all`, wholeNumber);
	for (const rule of periods) command.option(`${optionOf(rule)} <period>`, 'keep what is younger than this, e.g. 1y5m7d2h', parseRetentionPeriod);
	return command
		.option('--keep-tag <tags>', 'keep what has all of these comma-separated tags; may be repeated', (value: string, list?: string[]) => [...(list ?? []), value])
		.option('--host <name>', 'only archives of this host')
		.option('--path <path>', 'only archives of this path')
		.option('--prune', 'prune under the same lock', false)
		.option('--dry-run', 'say what would be removed, and remove nothing', false)
		.action(async (flags: ForgetFlags, self: Command) => {
			const {json} = self.optsWithGlobals<GlobalOptions>();
			const {host, path, dryRun, prune} = flags;
			const select = (archive: Archive): boolean => (host === undefined || archive.hostname === host) && (path === undefined || archive.paths.includes(path));
			await withRepository(self, context, async repository => {
				const {forgotten, pruned} = await repository.forget({policy: policyOf(flags), select, dryRun, ...(prune && {prune: {}})}, context.signal);
				if (json) {
					context.line(JSON.stringify({keep: forgotten.keep.map(({archive, reasons}) => ({id: archive.id, reasons})), remove: forgotten.remove.map(({id}) => id), ...(pruned && {pruned})}));
					return;
				}

				const rows = [...forgotten.keep.map(({archive, reasons}) => [...row(archive), `keep: ${reasons.map(reasonText).join(', ')}`]), ...forgotten.remove.map(archive => [...row(archive), 'remove'])];
				context.line(renderTable(['ID', 'Time', 'Host', 'Paths', 'Decision'], rows));
				context.line(`${forgotten.remove.length} archives ${dryRun ? 'would be' : 'were'} removed, ${forgotten.keep.length} kept`);
				if (pruned) context.line(describePrune(pruned));
			});
		});
}

const periodNames = {hourly: 'hours', daily: 'days', weekly: 'weeks', monthly: 'months', yearly: 'years'};

function policyOf(flags: ForgetFlags): RetentionPolicy {
	const rules = [...counted, ...periods].flatMap(rule => (flags[flagOf(rule)] === undefined ? [] : [[rule, flags[flagOf(rule)]]]));
	return {...Object.fromEntries(rules), ...(flags.keepTag && {keepTags: flags.keepTag.map(tags => tags.split(','))})} as RetentionPolicy;
}

function wholeNumber(value: string): number {
	if (!/^-?\d{1,9}$/.test(value)) throw new InvalidArgumentError('use a whole number, or -1 for all');
	return Number(value);
}

const row = ({id, time, hostname, paths}: Archive): string[] => [shortId(id), time.toISOString().slice(0, 19).replace('T', ' '), hostname, paths.join(', ')];

const reasonText = (reason: KeepReason): string => (reason.rule === 'tags' ? `tags ${reason.tags.join(', ')}` : 'oldest' in reason ? `${reason.rule} (oldest)` : reason.rule);
