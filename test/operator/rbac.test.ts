import test from 'ava';
import {clusterRules, ownRules, namespacedRules} from '../../src/operator/rbac.ts';

const rules = [...namespacedRules, ...clusterRules, ...ownRules];

test('Secrets are read by name only: nobody can list them through the operator', t => {
	t.deepEqual(rules.filter(({resources}) => resources.includes('secrets')).map(({verbs}) => verbs), [['get']]);
});

test('no rule has a wildcard', t => {
	t.deepEqual(rules.filter(({apiGroups, resources, verbs}) => [...apiGroups, ...resources, ...verbs].some(word => word.includes('*'))), []);
});

test('nothing lets the operator start a pod other than by a Job, enter one, or give rights away', t => {
	const granted = rules.flatMap(({resources, verbs}) => resources.flatMap(resource => verbs.map(verb => `${verb} ${resource}`)));
	const forbidden = granted.filter(grant => /(?:create|update|patch) pods|pods\/(?:exec|attach|portforward)|roles|rolebindings|(?:bind|escalate|impersonate) /v.test(grant));
	t.deepEqual(forbidden, []);
});

test('what belongs to users is never changed: their specs, their claims, their pods', t => {
	const writes = new Set(['update', 'patch', 'deletecollection']);
	const changed = rules.filter(({verbs}) => verbs.some(verb => writes.has(verb))).flatMap(({resources}) => resources);
	// Finalizers are metadata of the object itself: a backup whose archives go with it is held until they are gone. Its spec nobody can change.
	t.deepEqual(changed.filter(resource => !/\/(?:status|finalizers)$|^events$|^leases$|^volumebackups$/v.test(resource)), []);
});

test('every rule says why it is there', t => {
	for (const {why} of rules) t.regex(why, /\S \S/v);
});
