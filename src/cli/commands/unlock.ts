import {Command} from 'commander';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';

export const unlockCommand = (context: CliContext): Command =>
	new Command('unlock')
		.description('show the locks of the repository, and remove them when asked to')
		.option('--all', 'remove every lock: only when nobody works on the repository', false)
		.action(async ({all}: {all: boolean}, command: Command) => {
			await withRepository(command, context, async repository => {
				const result = await repository.unlock({all}, context.signal);
				if (command.optsWithGlobals<GlobalOptions>().json) return context.line(JSON.stringify(result));
				for (const [verb, found] of [['removed', result.removed], ['kept', result.kept]] as const) {
					for (const {id, lock} of found) context.line(`${verb} lock ${id.slice(0, 8)}${lock ? ` of ${lock.username}@${lock.hostname}, pid ${lock.pid}, ${lock.time.toISOString()}${lock.exclusive ? ', exclusive' : ''}` : ', unreadable'}`);
				}

				context.line(`${result.removed.length} locks removed, ${result.kept.length} kept`);
			});
		});
