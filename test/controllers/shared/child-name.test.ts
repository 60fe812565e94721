import test from 'ava';
import * as fc from 'fast-check';
import {childName} from '../../../src/controllers/shared/child-name.ts';

const label = /^[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?$/v;
const objectName = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?){0,3}$/u);

test('whatever its owner is called, a child has a name that fits a label and a host', t => {
	fc.assert(fc.property(objectName, fc.uuid(), fc.constantFrom('backup', 'snapshot', 'staged', 'restore', 'probe'), fc.nat(), (name, uid, role, attempt) => {
		const child = childName({name, uid}, role, attempt);
		t.true(child.length <= 63 && label.test(child) && child.includes(`-${role}-`), child);
	}));
});

test('the same parts always give the same name, and every other part another one', t => {
	const owner = {name: 'nightly', uid: 'u1'};
	const name = childName(owner, 'backup', 'data', 1);
	t.is(childName(owner, 'backup', 'data', 1), name);
	const others = [childName(owner, 'backup', 'data', 2), childName(owner, 'backup', 'datb', 1), childName(owner, 'staged', 'data', 1), childName({...owner, uid: 'u2'}, 'backup', 'data', 1)];
	t.is(new Set([name, ...others]).size, 5);
});

test('a child of a deleted namesake is never taken for ours', t => {
	t.not(childName({name: 'nightly', uid: 'before'}, 'backup', 'data', 1), childName({name: 'nightly', uid: 'after'}, 'backup', 'data', 1));
});

test('parts that only look alike when put together stay apart', t => {
	const owner = {name: 'a', uid: 'u'};
	t.not(childName(owner, 'backup', 'x', '1-2'), childName(owner, 'backup', 'x-1', '2'));
});
