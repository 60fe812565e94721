import {Command} from 'commander';
import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import type {ResticRepository} from '../../repository/restic/restic-repository.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {findArchive} from '../find-archive.ts';
import {withRepository} from '../open-repository.ts';
import {collectTags} from '../select-archives.ts';

type Changed = Awaited<ReturnType<ResticRepository['changeTags']>>;
type Select = Parameters<ResticRepository['pin']>[0];

export const tagCommand = (context: CliContext): Command =>
	new Command('tag')
		.description('change the tags of archives')
		.argument('<archive...>', 'IDs, the beginnings of some, or latest')
		.option('--set <tag>', 'instead of all there are; may be repeated', collectTags)
		.option('--add <tag>', 'may be repeated', collectTags)
		.option('--remove <tag>', 'may be repeated', collectTags)
		.action(async (wishes: string[], {set, add, remove}: {set?: string[]; add?: string[]; remove?: string[]}, command: Command) => {
			if (!set && !add && !remove) throw new LazaretteError('BadRequest', 'tag has nothing to do', {hint: 'give --set, --add or --remove'});
			if (set && (add ?? remove)) throw new LazaretteError('BadRequest', '--set says all tags there are to be', {hint: 'leave --add and --remove out, or --set'});
			const tags = set ? {set} : {...(add && {add}), ...(remove && {remove})};
			await change(command, context, wishes, async (repository, select) => repository.changeTags({select, change: tags}, context.signal));
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
