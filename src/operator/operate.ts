import {systemClock} from '../base/clock.ts';
import {stopInOrder} from '../kube/runtime/shutdown.ts';
import type {Operator} from './create-operator.ts';

/**
Works until `stop` aborts, then stops in the order that keeps the promises: work first, then the lease, or two operators would work at
once. @returns the parts that did not stop cleanly
@throws LazaretteError `LockLost` when another operator may lead; everything has been dropped then, without a word to the cluster
*/
export async function operate(operator: Operator, stop: AbortSignal): Promise<string[]> {
	const {caches, controllers, elector, events, log} = operator;
	const halt = new AbortController();
	const grace = new AbortController();
	const watching = new AbortController();
	const holding = new AbortController();
	const ending = AbortSignal.any([stop, halt.signal]);
	const watches = caches.run(watching.signal);
	let working: Promise<unknown> = Promise.resolve();
	try {
		await caches.untilSynced(ending);
		await elector?.acquire(ending);
		log.info('working');
		void events.run(watching.signal);
		working = Promise.all(controllers.map(async controller => controller.run(ending, grace.signal)));
		await Promise.race([untilAborted(ending), ...(elector ? [elector.hold(holding.signal)] : [])]);
	} catch (error) {
		if (!stop.aborted) {
			for (const controller of [halt, grace, watching, holding]) controller.abort();
			await close(operator);
			throw error;
		}
	}

	return stopInOrder(
		[
			{name: 'readiness', limitMs: 100, stop: () => operator.probes.stopping()},
			{
				name: 'controllers',
				limitMs: 30_000,
				async stop(signal) {
					signal.addEventListener('abort', () => grace.abort(), {once: true});
					await working;
				},
			},
			{name: 'events', limitMs: 5000, stop: async signal => events.flush(signal)},
			{
				name: 'lease',
				limitMs: 5000,
				async stop(signal) {
					holding.abort();
					await elector?.release(signal);
				},
			},
			{
				name: 'watches',
				limitMs: 5000,
				async stop() {
					watching.abort();
					await watches;
				},
			},
			{name: 'connections', limitMs: 5000, stop: async () => close(operator)},
		],
		{log, clock: systemClock},
	);
}

async function close({client, servers}: Operator): Promise<void> {
	await Promise.all([client.close(), ...servers.map(async server => server.close())]);
}

async function untilAborted(signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), {once: true}));
}
