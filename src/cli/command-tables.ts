import type {Command, Option} from 'commander';

/** Markdown of all commands with their arguments and options, in the order in which the help lists them. */
export function commandTables(program: Command): string {
	return program.commands.flatMap(command => sections(command, [])).join('\n\n');
}

/** The options that every command takes. */
export const globalOptionsTable = (program: Command): string => table(program.options.filter(({long}) => long !== '--version'));

function sections(command: Command, above: readonly string[]): string[] {
	const names = [...above, command.name()];
	if (command.commands.length > 0) return command.commands.flatMap(child => sections(child, names));
	const argumentsText = command.registeredArguments.map(argument => {
		const text = `${argument.name()}${argument.variadic ? '...' : ''}`;
		return argument.required ? `<${text}>` : `[${text}]`;
	});
	const described = command.registeredArguments.filter(({description}) => description !== '').map(argument => `\`${argument.name()}\`: ${argument.description}.`);
	return [
		[
			`### lazarette ${[...names, ...argumentsText].join(' ').replaceAll('<', '\\<')}`,
			`${sentence(command.description())}${described.length > 0 ? ` ${described.join(' ')}` : ''}`,
			...(command.options.length > 0 ? [table(command.options)] : []),
		].join('\n\n'),
	];
}

function table(options: readonly Option[]): string {
	return ['| option | |', '| --- | --- |', ...options.map(option => `| \`${option.flags.replaceAll('|', '\\|')}\` | ${meaning(option).replaceAll('|', '\\|')} |`)].join('\n');
}

function meaning(option: Option): string {
	const {description, argChoices, defaultValue, envVar, mandatory} = option;
	const isPlain = typeof defaultValue === 'string' || typeof defaultValue === 'number';
	return [
		description,
		...(argChoices ? [`one of ${argChoices.map(choice => `\`${choice}\``).join(', ')}`] : []),
		...(isPlain ? [`default \`${defaultValue}\``] : []),
		...(mandatory ? ['required'] : []),
		...(envVar ? [`or \`${envVar}\` in the environment`] : []),
	]
		.filter(text => text !== '')
		.join('; ');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
