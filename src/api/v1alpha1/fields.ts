import {Type} from 'typebox';
import type {TProperties, TSchema} from 'typebox';

/** A CEL rule of the API server, `self` being the field that carries it. */
export type Rule = {
	rule: string;
	message?: string;
	messageExpression?: string;
	reason?: 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired';
	fieldPath?: string;
};

type Options = {rules?: Rule[]; default?: unknown};

const options = ({rules, ...rest}: Options) => ({...rest, ...(rules && {'x-kubernetes-validations': rules})});

/*
The few shapes of which every schema consists, so that each string, list and number is bounded in one way. A field with a
`default` is never absent in the TypeScript type, and may be left out by those who write manifests.
*/

export const object = <Properties extends TProperties>(description: string, properties: Properties, extra: Options = {}) =>
	Type.Object(properties, {description, ...options(extra)});

export const choice = <const Values extends readonly [string, ...string[]]>(description: string, values: Values, extra: {default?: Values[number]} = {}) =>
	Type.Unsafe<Values[number]>({type: 'string', description, enum: values, ...extra});

export const text = (description: string, maxLength: number, extra: Options & {pattern?: string; minLength?: number} = {}) =>
	Type.String({description, minLength: 1, maxLength, ...options(extra)});

/** Name of a Kubernetes object: a DNS-1123 subdomain. */
export const objectName = (description: string) =>
	text(description, 253, {pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'});

/** DNS-1123 label, for namespaces. */
export const labelName = (description: string) => text(description, 63, {pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'});

export const integer = (description: string, bounds: {minimum: number; maximum: number; default?: number}) =>
	Type.Integer({description, format: 'int64', ...bounds});

/** Only for what every tool of Kubernetes knows as a boolean, such as `suspend`; else a choice, which can grow. */
export const flag = (description: string, extra: {default: boolean}) => Type.Boolean({description, ...extra});

/** A number of things or of bytes; 2^53-1 is the largest that JSON readers hold exactly. */
export const count = (description: string) => integer(description, {minimum: 0, maximum: Number.MAX_SAFE_INTEGER});

/** RFC 3339, as Kubernetes writes times. */
export const time = (description: string) => Type.String({description, format: 'date-time', maxLength: 64});

/** A list with one writer whose order counts. */
export const list = <Item extends TSchema>(description: string, items: Item, maxItems: number, extra: Options = {}) =>
	Type.Array(items, {description, maxItems, 'x-kubernetes-list-type': 'atomic', ...options(extra)});

export const set = <Item extends TSchema>(description: string, items: Item, maxItems: number, extra: Options = {}) =>
	Type.Array(items, {description, maxItems, 'x-kubernetes-list-type': 'set', ...options(extra)});

export const listMap = <Item extends TSchema>(description: string, keys: string[], items: Item, maxItems: number) =>
	Type.Array(items, {description, maxItems, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys});

/** Labels and the like: the one place where Kubernetes itself has free maps. */
export const stringMap = (description: string, bounds: {maxLength: number}) =>
	Type.Unsafe<Record<string, string>>({
		type: 'object',
		description,
		maxProperties: 64,
		additionalProperties: {type: 'string', maxLength: bounds.maxLength},
		'x-kubernetes-map-type': 'atomic',
	});

/** A Kubernetes quantity such as `512Mi` or `2`. */
export const quantity = (description: string) =>
	Type.Unsafe<string | number>({
		description,
		'x-kubernetes-int-or-string': true,
		anyOf: [{type: 'integer'}, {type: 'string'}],
		maxLength: 32,
		pattern: '^([0-9]+([.][0-9]*)?|[.][0-9]+)(([KMGTPE]i)|[numkMGTPE]|([eE][-+]?[0-9]+))?$',
	});

export const optional = Type.Optional;
