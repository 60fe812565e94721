import test from 'ava';
import {Type} from 'typebox';
import {structuralSchema} from '../../src/api/structural-schema.ts';
import {integer, object, optional, text} from '../../src/api/v1alpha1/fields.ts';

test('what has a default is not demanded of users', t => {
	const schema = object('spec is it.', {name: text('name of it.', 63), limit: integer('limit of it.', {minimum: 0, maximum: 9, default: 3}), note: optional(text('note on it.', 9))});
	t.deepEqual(structuralSchema(schema).required, ['name']);
});

test('an object that demands nothing has no list of demands', t => {
	t.false('required' in structuralSchema(object('spec is it.', {note: optional(text('note on it.', 9))})));
});

test('a keyword that a CRD does not know is refused, wherever it stands', t => {
	t.throws(() => structuralSchema(object('spec is it.', {day: Type.String({contentEncoding: 'base64'})})), {message: /contentEncoding/v});
	t.throws(() => structuralSchema(Type.Object({map: Type.Record(Type.String(), Type.String())})), {message: /patternProperties/v});
});

test('the order of keywords does not depend on how the source wrote them', t => {
	const one = structuralSchema(Type.String({maxLength: 3, description: 'a'}));
	const other = structuralSchema(Type.String({description: 'a', maxLength: 3}));
	t.is(JSON.stringify(one), JSON.stringify(other));
});
