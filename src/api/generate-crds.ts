import {stringify} from 'yaml';
import {contract} from './v1alpha1/conditions.ts';
import {definitions} from './v1alpha1/definitions.ts';
import {category, group, kinds, version} from './v1alpha1/group.ts';
import {unseen} from './v1alpha1/status-fields.ts';
import {structuralSchema} from './structural-schema.ts';
import type {Column} from './v1alpha1/columns.ts';
import type {Kind} from './v1alpha1/group.ts';
import type {StructuralSchema} from './structural-schema.ts';

/** apiextensions.k8s.io/v1 CustomResourceDefinition of a kind, ready to apply. */
export function customResourceDefinition(kind: Kind) {
	const {plural, singular, shortNames} = kinds[kind];
	return {
		apiVersion: 'apiextensions.k8s.io/v1',
		kind: 'CustomResourceDefinition',
		metadata: {name: `${plural}.${group}`},
		spec: {
			group,
			scope: 'Namespaced',
			names: {kind, listKind: `${kind}List`, plural, singular, shortNames: [...shortNames], categories: [category]},
			versions: [{
				name: version,
				served: true,
				storage: true,
				subresources: {status: {}},
				selectableFields: definitions[kind].selectableFields.map(jsonPath => ({jsonPath})),
				additionalPrinterColumns: contract[kind].columns.map(column => printerColumn(column)),
				schema: {openAPIV3Schema: rootSchema(kind)},
			}],
		},
	};
}

export type CustomResourceDefinition = ReturnType<typeof customResourceDefinition>;

/** File name to text, as in `crds/`. */
export function crdFiles(): Map<string, string> {
	const names = (Object.keys(kinds) as Kind[]).map(kind => [`${group}_${kinds[kind].plural}.yaml`, kind] as const);
	return new Map(names.map(([name, kind]) => [name, crdYaml(kind)]));
}

const crdYaml = (kind: Kind): string =>
	`# Generated from src/api/${version} by \`npm run generate\`. Do not edit.\n${stringify(customResourceDefinition(kind), {lineWidth: 0, aliasDuplicateObjects: false})}`;

function rootSchema(kind: Kind): StructuralSchema {
	const {description, spec, status, rules} = definitions[kind];
	return {
		description,
		type: 'object',
		...(rules.length > 0 && {'x-kubernetes-validations': rules}),
		required: ['spec'],
		properties: {
			apiVersion: {description: 'apiVersion is the version of the schema that this object is written in.', type: 'string'},
			kind: {description: 'kind is the name of the schema that this object is written in.', type: 'string'},
			metadata: {type: 'object'},
			spec: structuralSchema(spec),
			status: {...structuralSchema(status), default: unseen},
		},
	};
}

function printerColumn({name, type, jsonPath, priority, description}: Column) {
	return {name, type, jsonPath, description, ...(priority > 0 && {priority})};
}
