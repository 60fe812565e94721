import type {TSchema} from 'typebox';
import type {Rule} from './v1alpha1/fields.ts';

/** A CRD's schema: the structural subset of OpenAPI v3. */
export type StructuralSchema = {
	type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
	description?: string;
	properties?: Record<string, StructuralSchema>;
	required?: string[];
	items?: StructuralSchema;
	additionalProperties?: StructuralSchema;
	enum?: string[];
	default?: unknown;
	format?: string;
	pattern?: string;
	minLength?: number;
	maxLength?: number;
	minimum?: number;
	maximum?: number;
	maxItems?: number;
	maxProperties?: number;
	'x-kubernetes-validations'?: Rule[];
	'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
	'x-kubernetes-list-map-keys'?: string[];
	'x-kubernetes-map-type'?: 'atomic' | 'granular';
	'x-kubernetes-int-or-string'?: boolean;
	anyOf?: {type: string}[];
};

/**
A TypeBox schema as a structural one. A field with a default is never required: the API server fills it in before it validates, and
users may leave it out.
*/
export function structuralSchema(schema: TSchema): StructuralSchema {
	return convert(JSON.parse(JSON.stringify(schema)) as StructuralSchema);
}

function convert(schema: StructuralSchema): StructuralSchema {
	const {properties, required, items, additionalProperties, ...rest} = schema;
	const demanded = (required ?? []).filter(name => properties?.[name]?.default === undefined);
	return inOrder({
		...rest,
		...(demanded.length > 0 && {required: demanded}),
		...(properties && {properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, convert(property)]))}),
		...(items && {items: convert(items)}),
		...(additionalProperties && {additionalProperties: convert(additionalProperties)}),
	});
}

const order = [
	'description', 'type', 'format', 'enum', 'default', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'maxItems', 'maxProperties',
	'x-kubernetes-int-or-string', 'anyOf', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type', 'x-kubernetes-validations',
	'required', 'properties', 'items', 'additionalProperties',
];

/** One order of keys everywhere, so that generated files differ only where schemas do; an unknown key is a keyword that nobody has judged yet. */
function inOrder(schema: StructuralSchema): StructuralSchema {
	const unknown = Object.keys(schema).filter(key => !order.includes(key));
	if (unknown.length > 0) throw new TypeError(`the schema keyword ${unknown.join(', ')} has no place in a structural schema; add it to the order or leave it out`);
	return Object.fromEntries(order.filter(key => Object.hasOwn(schema, key)).map(key => [key, schema[key as keyof StructuralSchema]]));
}
