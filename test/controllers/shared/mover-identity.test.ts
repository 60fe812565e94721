import test from 'ava';
import * as fc from 'fast-check';
import {planIdentity} from '../../../src/controllers/shared/mover-identity.ts';
import type {IdentityFacts} from '../../../src/controllers/shared/mover-identity.ts';

const withNamespaces = [{name: 'node-1', userNamespaces: true}, {name: 'node-2', userNamespaces: true}];
const without = [{name: 'node-1', userNamespaces: true}, {name: 'old-node', userNamespaces: false}];

const facts = (change: Partial<Omit<IdentityFacts, 'namespace'>> & {namespace?: Partial<IdentityFacts['namespace']>} = {}): IdentityFacts => ({
	wish: 'Auto',
	nodes: withNamespaces,
	...change,
	namespace: {name: 'shop', podSecurity: 'privileged', privilegedMovers: false, ...change.namespace},
});

const decided = (title: string, given: IdentityFacts, identity: string, reason: string): void => {
	test(title, t => {
		t.like(planIdentity(given), {kind: 'identity', identity, reason});
	});
};

const refused = (title: string, given: IdentityFacts, advice: RegExp): void => {
	test(title, t => {
		const plan = planIdentity(given);
		t.is(plan.kind, 'refused');
		t.regex(plan.message, advice);
	});
};

decided('where all nodes have user namespaces the mover is root inside one', facts(), 'UserNamespaceRoot', 'UserNamespacesAvailable');
decided('pod security level baseline admits root inside a user namespace', facts({namespace: {podSecurity: 'baseline'}}), 'UserNamespaceRoot', 'UserNamespacesAvailable');
decided('pod security level restricted makes the mover an ordinary user', facts({namespace: {podSecurity: 'restricted'}}), 'Unprivileged', 'RestrictedNamespace');
decided('one node without user namespaces makes the mover an ordinary user, because it may land there', facts({nodes: without}), 'Unprivileged', 'NoUserNamespaces');
decided('a cluster whose nodes are not known yet is not trusted with root', facts({nodes: []}), 'Unprivileged', 'NoUserNamespaces');
decided('with the consent of the namespace the mover is root on nodes without user namespaces', facts({nodes: without, namespace: {privilegedMovers: true}}), 'HostRoot', 'PrivilegedMoversAllowed');
decided('consent to root on the node is not used where a user namespace does', facts({namespace: {privilegedMovers: true}}), 'UserNamespaceRoot', 'UserNamespacesAvailable');
decided('consent does not override pod security level restricted', facts({nodes: without, namespace: {privilegedMovers: true, podSecurity: 'restricted'}}), 'Unprivileged', 'RestrictedNamespace');
decided('who asks for an unprivileged mover gets one everywhere', facts({wish: 'Unprivileged'}), 'Unprivileged', 'AskedFor');
decided('who asks for root on the node gets it with the consent of the namespace', facts({wish: 'HostRoot', namespace: {privilegedMovers: true}}), 'HostRoot', 'AskedFor');

refused('root on the node without consent is refused with the annotation to set', facts({wish: 'HostRoot'}), /annotate namespace shop with lazarette\.dev\/privileged-movers=Allow/v);
refused('root on the node is refused where pod security level restricted would refuse the pod', facts({wish: 'HostRoot', namespace: {privilegedMovers: true, podSecurity: 'restricted'}}), /restricted/v);
refused('a user namespace that cannot be had is refused with the nodes that lack it', facts({wish: 'UserNamespace', nodes: without}), /1 of 2 nodes .*old-node/v);
refused('a user namespace is refused where its capabilities would be', facts({wish: 'UserNamespace', namespace: {podSecurity: 'restricted'}}), /restricted/v);

const anyFacts: fc.Arbitrary<IdentityFacts> = fc.record({
	wish: fc.constantFrom('Auto', 'UserNamespace', 'Unprivileged', 'HostRoot'),
	namespace: fc.record({name: fc.constant('shop'), podSecurity: fc.constantFrom('privileged', 'baseline', 'restricted'), privilegedMovers: fc.boolean()}),
	nodes: fc.array(fc.record({name: fc.constantFrom('a', 'b', 'c'), userNamespaces: fc.boolean()}), {maxLength: 4}),
});

test('no mover is ever root on a node without the consent of its namespace, or root at all in a restricted one', t => {
	fc.assert(fc.property(anyFacts, given => {
		const plan = planIdentity(given);
		if (plan.kind === 'refused') return;
		if (plan.identity === 'HostRoot') t.true(given.namespace.privilegedMovers);
		if (plan.identity !== 'Unprivileged') t.not(given.namespace.podSecurity, 'restricted');
		if (plan.identity === 'UserNamespaceRoot') t.true(given.nodes.every(node => node.userNamespaces));
	}), {numRuns: 500});
});

test('a wish for one identity is kept or refused, never bent', t => {
	const meant = {UserNamespace: 'UserNamespaceRoot', Unprivileged: 'Unprivileged', HostRoot: 'HostRoot'} as const;
	fc.assert(fc.property(anyFacts, given => {
		const plan = planIdentity(given);
		if (given.wish !== 'Auto' && plan.kind === 'identity') t.is(plan.identity, meant[given.wish]);
		if (given.wish === 'Auto') t.is(plan.kind, 'identity');
	}), {numRuns: 500});
});
