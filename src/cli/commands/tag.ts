import {Command} from 'commander';
import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import type {ResticRepository} from '../../repository/restic/restic-repository.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {findArchive} from '../find-archive.ts';
import {withRepository} from '../open-repository.ts';

type Changed = Awaited<ReturnType<ResticRepository['changeTags']>>;
type Select = Parameters<ResticRepository['pin']>[0];

const collect = (value: string, list: string[]): string[] => [...list, value];

export const tagCommand = (context: CliContext): Command =>
	new Command('tag')
		.description('change the tags of archives')
		.argument('<archive...>', 'IDs, the beginnings of some, or latest')
		.option('--add <tag>', 'may be repeated', collect, [])
		.option('--remove <tag>', 'may be repeated', collect, [])
		.action(async (wishes: string[], {add, remove}: {add: string[]; remove: string[]}, command: Command) => {
			if (add.length + remove.length === 0) throw new LazaretteError('BadRequest', 'tag has nothing to do', {hint: 'give --add or --remove'});
			await change(command, context, wishes, async (repository, select) => repository.changeTags({select, change: {add, remove}}, context.signal));
		});

export const pinCommand = (context: CliContext): Command =>
	new Command('pin')
		.description('keep archives whatever a retention policy says')
		.argument('<archive...>', 'IDs, the beginnings of some, or latest')
		.action(async (wishes: string[], _options: object, command: Command) => {
			await change(command, context, wishes, async (repository, select) => repository.pin(select, context.signal));
		});

export const unpinCommand = (context: CliContext): Command =>
	new Command('unpin')
		.description('leave archives to the retention policy again')
		.argument('<archive...>', 'IDs, the beginnings of some, or latest')
		.action(async (wishes: string[], _options: object, command: Command) => {
			await change(command, context, wishes, async (repository, select) => repository.unpin(select, context.signal));
		});

async function change(command: Command, context: CliContext, wishes: string[], make: (repository: ResticRepository, select: Select) => Promise<Changed>): Promise<void> {
	await withRepository(command, context, async repository => {
		const archives = await repository.archives(context.signal);
		const wanted = new Set(wishes.map(wish => findArchive(archives, wish).id));
		const changed = await make(repository, ({id}) => wanted.has(id));
		const {json} = command.optsWithGlobals<GlobalOptions>();
		for (const {before, after} of changed) context.line(json ? JSON.stringify({before: before.id, after: after.id, tags: after.tags}) : `archive ${shortId(before.id)} is now ${shortId(after.id)}, tags: ${after.tags.join(', ') || 'none'}`);
		if (!json && changed.length < wanted.size) context.line(`${wanted.size - changed.length} archives had these tags already`);
	});
}
