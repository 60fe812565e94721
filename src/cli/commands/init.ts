import {Command, Option} from 'commander';
import {createResticRepository} from '../../repository/restic/restic-repository.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepositoryOptions} from '../open-repository.ts';

export const initCommand = (context: CliContext): Command =>
	new Command('init')
		.description('create a repository at an empty location')
		.addOption(new Option('--chunker <name>', 'how files are cut: fast, or as restic does, when restic writes to it as well and should share data').choices(['fast', 'restic']).default('fast'))
		.action(async ({chunker}: {chunker: 'fast' | 'restic'}, command: Command) => {
			await withRepositoryOptions(command, context, async options => {
				const repository = await createResticRepository({...options, chunker: chunker === 'fast' ? 'Fast' : 'Restic'});
				await repository.close();
				const {json} = command.optsWithGlobals<GlobalOptions>();
				context.line(json ? JSON.stringify({id: repository.id, location: repository.location}) : `created repository ${repository.id.slice(0, 8)} at ${repository.location}`);
				if (!json) context.errorLine('Without its password nothing can be restored: keep a copy of it elsewhere.');
			});
		});
