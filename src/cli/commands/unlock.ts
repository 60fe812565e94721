import {Command} from 'commander';
import {lockTimes} from '../../repository/restic/lock/lock-policy.ts';
import type {FoundLock} from '../../repository/restic/unlock/unlock.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';

export const unlockCommand = (context: CliContext): Command =>
	new Command('unlock')
		.description('show the locks of the repository, and remove those that are named')
		.argument('[lock...]', 'IDs, or the beginnings of some: only when their holders are gone')
		.option('--all', 'remove every lock: only when nobody works on the repository', false)
		.action(async (chosen: string[], {all}: {all: boolean}, command: Command) => {
			await withRepository(command, context, async repository => {
				const result = await repository.unlock({all, chosen}, context.signal);
				if (command.optsWithGlobals<GlobalOptions>().json) return context.line(JSON.stringify(result));
				const now = context.clock.now();
				for (const [verb, found] of [['removed', result.removed], ['kept', result.kept]] as const) for (const one of found) context.line(`${verb} lock ${describe(one, now)}`);

				context.line(`${result.removed.length} locks removed, ${result.kept.length} kept`);
			});
		});

/** A holder refreshes its lock every five minutes. */
function describe({id, lock}: FoundLock, now: Date): string {
	if (!lock) return `${id.slice(0, 8)}, unreadable`;
	const minutes = Math.floor((now.getTime() - lock.time.getTime()) / 60_000);
	const age = now.getTime() - lock.time.getTime() > lockTimes.staleAfterMs ? `; not refreshed for ${minutes} minutes, so its holder is most likely gone` : '';
	return `${id.slice(0, 8)} of ${lock.username}@${lock.hostname}, pid ${lock.pid}, ${lock.time.toISOString()}${lock.exclusive ? ', exclusive' : ''}${age}`;
}
