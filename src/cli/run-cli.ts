import {setImmediate} from 'node:timers/promises';
import {Command, CommanderError, Option} from 'commander';
import {describeError, isLazaretteError, toLazaretteError} from '../base/errors.ts';
import {sourceStack} from '../base/source-stack.ts';
import {version} from '../base/version.ts';
import {failureOf} from '../api/v1alpha1/failures.ts';
import {moverExitCodes} from '../api/v1alpha1/mover-contract.ts';
import type {CliContext, GlobalOptions} from './cli-context.ts';
import {systemContext} from './cli-context.ts';
import {archivesCommand} from './commands/archives.ts';
import {backupCommand} from './commands/backup.ts';
import {checkCommand} from './commands/check.ts';
import {copyCommand} from './commands/copy.ts';
import {diffCommand} from './commands/diff.ts';
import {dumpCommand} from './commands/dump.ts';
import {findCommand} from './commands/find.ts';
import {forgetCommand} from './commands/forget.ts';
import {initCommand} from './commands/init.ts';
import {keyCommand} from './commands/key.ts';
import {lsCommand} from './commands/ls.ts';
import {pruneCommand} from './commands/prune.ts';
import {repairCommand} from './commands/repair.ts';
import {restoreCommand} from './commands/restore.ts';
import {pinCommand, tagCommand, unpinCommand} from './commands/tag.ts';
import {unlockCommand} from './commands/unlock.ts';
import {parseDuration} from './parse-duration.ts';
import {readerGoneExitCode} from './watch-output.ts';

/**
`lazarette COMMAND`: the engine on a repository, with no cluster. Results go to stdout (`--json`: one object a line), everything else to stderr.
Exit codes are the mover's: 0 done, 2 bad request, 3 store unreachable, 4 access denied or wrong password, 5 damaged, 6 source, 7 target, 8 locked; and 10
when something succeeded with warnings.
*/
export async function runCli(argv: string[], context: CliContext = systemContext()): Promise<number> {
	const program = createProgram(context);
	try {
		await program.parseAsync(argv, {from: 'user'});
		// A stream tells of its errors a moment later.
		await setImmediate();
		if (context.outputFailure) throw context.outputFailure.error;
		return context.exitCode;
	} catch (thrown) {
		if (context.outputFailure?.readerGone) return readerGoneExitCode;
		if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : moverExitCodes.badRequest;
		const error = context.signal.aborted && isLazaretteError(context.signal.reason) ? context.signal.reason : toLazaretteError(thrown);
		const {json} = program.opts<GlobalOptions>();
		context.errorLine(json ? JSON.stringify({error: {code: error.code, message: error.message, hint: error.hint}}) : `lazarette: ${describeError(error)}`);
		if (error.code === 'Unexpected' && !json) context.errorLine(sourceStack(error));
		return failureOf(error.code).exitCode;
	} finally {
		context.dispose();
	}
}

const commands = [initCommand, backupCommand, archivesCommand, lsCommand, findCommand, diffCommand, dumpCommand, restoreCommand, checkCommand, forgetCommand, pruneCommand, copyCommand, repairCommand, tagCommand, pinCommand, unpinCommand, keyCommand, unlockCommand];

/** The command line, as its help and docs/cli.md show it. */
export function createProgram(context: CliContext): Command {
	const program = new Command('lazarette')
		.description('Backs up directories into encrypted, deduplicated repositories that restic reads too, and restores them.')
		.version(version)
		.exitOverride()
		.configureOutput({writeOut: text => context.out.write(text), writeErr: text => context.err.write(text)})
		.showHelpAfterError('(see lazarette help)')
		.addOption(new Option('-r, --repository <location>', 'a directory, s3://bucket/prefix?endpoint=https://host, or s3:https://host/bucket/prefix').env('LAZARETTE_REPOSITORY'))
		.addOption(new Option('-p, --password-file <file>', 'file that holds the repository\'s password').env('LAZARETTE_PASSWORD_FILE'))
		.addOption(new Option('--ca-file <file>', 'PEM certificates that the store\'s certificate is checked against').env('LAZARETTE_CA_FILE'))
		.option('--no-lock', 'leave no lock, for reading with credentials that may not write; what is pruned meanwhile is missed')
		.option('--retry-lock <duration>', 'go on trying for so long while others hold the repository, e.g. 30s, 5m or 2h; not at all unless given', parseDuration)
		.option('--json', 'machine-readable output, one JSON object a line', false)
		.option('-q, --quiet', 'no progress', false);
	for (const command of commands) {
		program.addCommand(inherit(command(context), program));
	}

	return program;
}

/** Subcommands throw instead of ending the process, and take the global options after their name too. */
function inherit(command: Command, program: Command): Command {
	command.copyInheritedSettings(program);
	for (const child of command.commands) inherit(child, program);
	return command;
}
