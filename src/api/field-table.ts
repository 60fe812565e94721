import type {StructuralSchema} from './structural-schema.ts';

/** Rows of a Markdown table that explains every field below `schema`, parents before children. */
export function fieldTable(schema: StructuralSchema): string {
	const rows = fieldRows(schema, '');
	return ['| field | type | default | what it is |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function fieldRows(schema: StructuralSchema, prefix: string): string[] {
	return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
		const path = `${prefix}${name}`;
		const demanded = schema.required?.includes(name) ? '*required*' : '';
		const row = `| \`${path}\` | ${typeOf(field)} | ${defaultOf(field) ?? demanded} | ${describe(field)} |`;
		return [row, ...fieldRows(field, `${path}.`), ...fieldRows(field.items ?? {}, `${path}[].`)];
	});
}

function typeOf(field: StructuralSchema): string {
	if (field['x-kubernetes-int-or-string']) return 'quantity';
	if (field.enum) return field.enum.map(value => `\`${value}\``).join(' · ');
	if (field.items) return `list of ${typeOf(field.items)}, at most ${field.maxItems}`;
	if (field.additionalProperties) return `map of ${typeOf(field.additionalProperties)}`;
	if (field.format === 'date-time') return 'time';
	if (field.type === 'integer') return range(field);
	if (field.type === 'string') return `string, at most ${field.maxLength}`;
	return field.type ?? 'any';
}

function range({minimum, maximum}: StructuralSchema): string {
	if (maximum === Number.MAX_SAFE_INTEGER) return 'integer';
	return `integer, ${minimum} to ${maximum}`;
}

function defaultOf({default: value}: StructuralSchema): string | undefined {
	if (value === undefined) return undefined;
	return value === '' ? 'empty' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** What the schema says in words, and what its rules demand. */
function describe(field: StructuralSchema): string {
	const rules = (field['x-kubernetes-validations'] ?? []).flatMap(rule => rule.message ?? []);
	const items = (field.items?.['x-kubernetes-validations'] ?? []).flatMap(rule => rule.message ?? []);
	return escape([field.description ?? '', ...[...rules, ...items].map(rule => `Rule: ${rule}.`)].join(' '));
}

const escape = (text: string): string => text.replaceAll('|', '\\|');
