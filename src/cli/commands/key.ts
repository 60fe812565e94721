import {Command} from 'commander';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {readPassword, withRepository} from '../open-repository.ts';
import {renderTable} from '../render/table.ts';

/** `key list | add | remove | passwd`: the passwords that open a repository. New ones come from files, never as arguments. */
export function keyCommand(context: CliContext): Command {
	const key = new Command('key').description('the passwords that open the repository');
	const isJson = (command: Command): boolean => command.optsWithGlobals<GlobalOptions>().json;

	key.command('list')
		.description('list keys; * is the one in use')
		.action(async (_options: object, command: Command) => {
			await withRepository(command, context, async repository => {
				const keys = await repository.keys(context.signal);
				if (isJson(command)) for (const entry of keys) context.line(JSON.stringify(entry));
				else context.line(renderTable(['', 'ID', 'Created', 'User', 'Host'], keys.map(({id, inUse, created, username, hostname}) => [inUse ? '*' : '', id.slice(0, 8), created?.toISOString() ?? '', username, hostname])));
			});
		});

	const report = (command: Command, id: string, text: string): void => context.line(isJson(command) ? JSON.stringify({id}) : text);
	key.command('add')
		.description('let another password open the repository')
		.requiredOption('--new-password-file <file>', 'file that holds it')
		.action(async ({newPasswordFile}: {newPasswordFile: string}, command: Command) => {
			await withRepository(command, context, async repository => {
				const id = await repository.addKey(await readPassword(newPasswordFile, '--new-password-file'), context.signal);
				report(command, id, `added key ${id.slice(0, 8)}`);
			});
		});

	key.command('remove')
		.description('take a password away; never the one in use')
		.argument('<id>', 'the key, or the beginning of its ID')
		.action(async (wish: string, _options: object, command: Command) => {
			await withRepository(command, context, async repository => {
				const id = await repository.removeKey(wish, context.signal);
				report(command, id, `removed key ${id.slice(0, 8)}`);
			});
		});

	key.command('passwd')
		.description('replace the password in use')
		.requiredOption('--new-password-file <file>', 'file that holds the new one')
		.action(async ({newPasswordFile}: {newPasswordFile: string}, command: Command) => {
			await withRepository(command, context, async repository => {
				const id = await repository.changePassword(await readPassword(newPasswordFile, '--new-password-file'), context.signal);
				report(command, id, `the password was changed; the new key is ${id.slice(0, 8)}`);
			});
		});
	return key;
}
