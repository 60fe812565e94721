import test from 'ava';
import {contract} from '../../src/api/v1alpha1/conditions.ts';
import {reasonsByKind} from '../../src/api/v1alpha1/reasons-by-kind.ts';
import {readyReasons, reasons} from '../../src/api/v1alpha1/reasons.ts';
import type {Kind} from '../../src/api/v1alpha1/group.ts';

const kinds = Object.entries(contract) as [Kind, (typeof contract)[Kind]][];

test('Ready is True for reasons that tell that all is well, and for no others', t => {
	for (const [kind, {conditions}] of kinds) {
		const ready = conditions['Ready']?.reasons;
		t.deepEqual(ready?.True, reasonsByKind[kind].filter(reason => reasons[reason].class === 'fine'), kind);
		t.deepEqual([...(ready?.True ?? []), ...(ready?.False ?? [])].sort(), [...reasonsByKind[kind]].sort(), kind);
	}
});

test('Reconciling and Stalled exist for every kind and are never False', t => {
	for (const [kind, {conditions}] of kinds) {
		for (const type of ['Reconciling', 'Stalled']) {
			t.is(conditions[type]?.polarity, 'abnormal', kind);
			t.deepEqual(conditions[type]?.reasons.False, [], kind);
		}
	}
});

test('only runs can succeed', t => {
	t.deepEqual(kinds.filter(([, {conditions}]) => conditions['Succeeded']).map(([kind]) => kind), ['VolumeBackup', 'VolumeRestore']);
});

test('no kind names a reason twice', t => {
	for (const [kind, names] of Object.entries(reasonsByKind)) t.is(new Set(names).size, names.length, kind);
});

test('reasons and conditions are CamelCase and fit a label, and each has a meaning that ends as a sentence', t => {
	for (const reason of readyReasons) {
		t.regex(reason, /^[A-Z][A-Za-z]{1,62}$/v);
		t.regex(reasons[reason].meaning, /[.]$/v, reason);
	}
});

test('every kind shows Ready first, and its age', t => {
	for (const [kind, {columns}] of kinds) {
		t.is(columns[0]?.name, 'Ready', kind);
		t.true(columns.some(({name}) => name === 'Age'), kind);
	}
});
