import test from 'ava';
import {crds, fieldsOf, schemaAt, schemaOf, versionOf} from './_crds.ts';
import type {Field} from './_crds.ts';

/*
The checklist of Kubernetes API reviewers (the rules of cluster-api's Kube API Linter), run over the files that users apply.
*/

/** One assertion for all fields, so that a failure lists every offender. */
const offenders = (wrong: (field: Field) => boolean): string[] => crds.flatMap(crd => fieldsOf(crd)).filter(wrong).map(({path}) => path);

const rule = (title: string, wrong: (field: Field) => boolean): void => {
	test(title, t => {
		t.true(crds.length >= 3);
		t.deepEqual(offenders(wrong), []);
	});
};

rule('every field is described, and the description begins with the field\'s name', ({path, name, schema: {description}}) =>
	!path.endsWith('{}') && (!description || (name !== undefined && !new RegExp(`^${name}\\b`, 'v').test(description))));

rule('descriptions are sentences', ({schema, path}) => !path.endsWith('{}') && !/[.]$/v.test(schema.description ?? ''));

rule('names are camelCase', ({name}) => name !== undefined && !/^[a-z][A-Za-z0-9]*$/v.test(name));

/** What every tool of Kubernetes knows as a boolean, and people type by heart. */
const knownFlags = new Set(['VolumeBackupSchedule.spec.suspend']);

rule('there are objects, lists, strings and integers: no booleans, no floats, nothing untyped', ({schema, path}) =>
	!['object', 'array', 'string', 'integer', ...(knownFlags.has(path) ? ['boolean'] : [])].includes(schema.type ?? '') && !schema['x-kubernetes-int-or-string']);

rule('nothing is nullable, and nothing of an unknown shape is kept', ({schema}) =>
	'nullable' in schema || 'x-kubernetes-preserve-unknown-fields' in schema || 'x-kubernetes-embedded-resource' in schema);

rule('every string is bounded', ({schema}) => schema.type === 'string' && !schema.enum && schema.maxLength === undefined);

rule('every integer has a width and bounds', ({schema}) => schema.type === 'integer' && (schema.format !== 'int64' || schema.minimum === undefined || schema.maximum === undefined));

rule('every list is bounded and says how it is merged', ({schema}) => schema.type === 'array' && (schema.maxItems === undefined || !schema['x-kubernetes-list-type'] || !schema.items));

rule('lists that are maps are keyed by fields that are always there', ({schema}) =>
	schema['x-kubernetes-list-type'] === 'map' && !(schema['x-kubernetes-list-map-keys'] ?? []).every(key => schema.items?.required?.includes(key)));

rule('lists that are sets hold scalars', ({schema}) => schema['x-kubernetes-list-type'] === 'set' && !['string', 'integer'].includes(schema.items?.type ?? ''));

rule('free maps are bounded', ({schema}) => schema.additionalProperties !== undefined && schema.maxProperties === undefined);

rule('objects have fields or are bounded maps', ({schema}) => schema.type === 'object' && !schema.properties && !schema.additionalProperties);

rule('a field with a default is optional', ({schema, required}) => required && schema.default !== undefined);

rule('choices are PascalCase words', ({schema}) => (schema.enum ?? []).some(value => !/^[A-Z][A-Za-z0-9]*$/v.test(value)));

rule('a default is a legal value', ({schema}) => {
	const {default: value} = schema;
	if (schema.enum) return value !== undefined && !schema.enum.includes(value as string);
	return typeof value === 'number' && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value));
});

rule('durations are integers and say their unit', ({name, schema}) => /(?:duration|interval|deadline|timeout)$/iv.test(name ?? '') && !(schema.type === 'string' && name === 'duration'));

rule('times are RFC 3339 and named as times', ({name, schema}) => {
	const named = /(?:[a-z]Time|At|^time|^asOf)$/v.test(name ?? '');
	return (schema.format === 'date-time') !== named;
});

rule('references are named for what they refer to', ({name}) => /^(?:ref|reference)$/v.test(name ?? ''));

rule('a rule tells what to do in one line', ({schema}) => (schema['x-kubernetes-validations'] ?? []).some(({message, messageExpression}) => (!message && !messageExpression) || /[\n\r]/v.test(message ?? '')));

rule('status demands nothing', ({path, name, schema}) => name === 'status' && path.endsWith('.status') && schema.required !== undefined);

for (const crd of crds) {
	const {kind, plural, listKind, shortNames, categories} = crd.spec.names;
	const version = versionOf(crd);

	test(`${kind} is found by its names`, t => {
		t.is(crd.metadata.name, `${plural}.lazarette.dev`);
		t.is(listKind, `${kind}List`);
		t.deepEqual(categories, ['lazarette']);
		t.is(shortNames.length, 1);
		t.is(crd.spec.scope, 'Namespaced');
	});

	test(`${kind} has one version, which is stored, and a status of its own`, t => {
		t.is(crd.spec.versions.length, 1);
		t.true(version.served && version.storage);
		t.deepEqual(version.subresources, {status: {}});
	});

	test(`${kind} is in progress until a controller has seen it`, t => {
		t.deepEqual(schemaOf(crd).properties?.['status']?.default, {observedGeneration: -1});
	});

	test(`conditions of ${kind} come first in its status and merge by type`, t => {
		const status = schemaOf(crd).properties?.['status'];
		const conditions = status?.properties?.['conditions'];
		t.is(Object.keys(status?.properties ?? {})[0], 'conditions');
		t.deepEqual(conditions?.['x-kubernetes-list-map-keys'], ['type']);
		t.deepEqual(conditions?.items?.required, ['type', 'status', 'observedGeneration', 'lastTransitionTime', 'reason', 'message']);
	});

	test(`columns and selectable fields of ${kind} show fields that exist`, t => {
		for (const {jsonPath, type} of version.additionalPrinterColumns) {
			if (jsonPath === '.metadata.creationTimestamp') continue;
			const schema = schemaAt(crd, jsonPath);
			t.is(type === 'date' ? schema?.format : schema?.type, type === 'date' ? 'date-time' : type, jsonPath);
		}

		for (const {jsonPath} of version.selectableFields) t.is(schemaAt(crd, jsonPath)?.type, 'string', jsonPath);
		t.true(version.selectableFields.length <= 8);
	});

	test(`a finished ${kind} cannot be rewritten`, t => {
		const rules = schemaOf(crd).properties?.['spec']?.['x-kubernetes-validations'] ?? [];
		t.is(rules.some(({rule}) => rule === 'self == oldSelf'), kind === 'VolumeBackup' || kind === 'VolumeRestore');
	});
}
