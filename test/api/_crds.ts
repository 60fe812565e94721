import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {parse} from 'yaml';
import type {CustomResourceDefinition} from '../../src/api/generate-crds.ts';
import type {StructuralSchema} from '../../src/api/structural-schema.ts';

const folder = fileURLToPath(new URL('../../crds/', import.meta.url));

/** The files that users apply, not what the generator would make of the sources now. */
export const crds = readdirSync(folder)
	.filter(name => name.startsWith('lazarette.dev_'))
	.map(name => parse(readFileSync(`${folder}${name}`, 'utf8')) as CustomResourceDefinition);

export const versionOf = (crd: CustomResourceDefinition) => crd.spec.versions[0] as CustomResourceDefinition['spec']['versions'][number];

export const schemaOf = (crd: CustomResourceDefinition): StructuralSchema => versionOf(crd).schema.openAPIV3Schema;

/** A field of a schema with its path; `required` says whether its parent demands it. Items of lists and values of maps have no name. */
export type Field = {path: string; name: string | undefined; schema: StructuralSchema; required: boolean};

/** Every field below spec and status. */
export function fieldsOf(crd: CustomResourceDefinition): Field[] {
	const root = schemaOf(crd);
	return ['spec', 'status'].flatMap(name => fieldsBelow({path: `${crd.spec.names.kind}.${name}`, name, schema: root.properties?.[name] ?? {}, required: name === 'spec'}));
}

function fieldsBelow(field: Field): Field[] {
	const {path, schema} = field;
	const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => fieldsBelow({path: `${path}.${name}`, name, schema: property, required: schema.required?.includes(name) ?? false}));
	const items = schema.items ? fieldsBelow({path: `${path}[]`, name: undefined, schema: schema.items, required: false}) : [];
	const values = schema.additionalProperties ? fieldsBelow({path: `${path}{}`, name: undefined, schema: schema.additionalProperties, required: false}) : [];
	return [field, ...properties, ...items, ...values];
}

/** The schema at a JSONPath of a column or selectable field, conditions' filters included. */
export function schemaAt(crd: CustomResourceDefinition, jsonPath: string): StructuralSchema | undefined {
	const steps = jsonPath.replace(/\[\?\(@\.type=="\w+"\)\]/v, '[]').split('.').filter(Boolean);
	return steps.reduce<StructuralSchema | undefined>((schema, step) => {
		const property = schema?.properties?.[step.replace('[]', '')];
		return step.endsWith('[]') ? property?.items : property;
	}, schemaOf(crd));
}
