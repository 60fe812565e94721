import type {Clock} from '../../base/clock.ts';
import {LazaretteError} from '../../base/errors.ts';
import type {Logger} from '../../base/log.ts';
import type {Random} from '../../base/random.ts';
import type {KubeClient} from '../client/kube-client.ts';
import {isKubeError} from '../kube-error.ts';
import type {KubeMetrics} from '../metrics.ts';
import {leases} from '../resources.ts';
import type {Lease} from '../resources.ts';
import {claimSpec, observe, releaseSpec, standing} from './lease.ts';
import type {Observation} from './lease.ts';

/** At most one process of a name leads at a time, as long as clocks of all run at about the same speed. */
export type LeaderElector = {
	/** Resolves when this process leads. Rejects only with the signal's reason. */
	acquire(signal: AbortSignal): Promise<void>;
	/**
	Renews until `signal` aborts. Once it rejects another process may lead at any moment: the caller must end at once, without cleaning up.
	@throws LazaretteError `LockLost`
	*/
	hold(signal: AbortSignal): Promise<void>;
	/** Lets the next process lead without waiting for the lease to expire. To be called when all work has stopped. */
	release(signal: AbortSignal): Promise<void>;
};

export type LeaderTimes = {
	/** Others wait this long after the last renewal that they saw. */
	leaseSeconds: number;
	/** Without a renewal for this long, this process counts itself out; must be well below `leaseSeconds`. */
	renewDeadlineMs: number;
	/** Between attempts. */
	retryMs: number;
};

export const defaultLeaderTimes: LeaderTimes = {leaseSeconds: 15, renewDeadlineMs: 10_000, retryMs: 2000};

export type LeaderElectorOptions = {
	kube: KubeClient;
	lease: {namespace: string; name: string};
	/** Unique to this process, e.g. pod name and a random part. */
	identity: string;
	times?: LeaderTimes;
	log: Logger;
	metrics: KubeMetrics;
	clock: Clock;
	random: Random;
};

export function createLeaderElector(options: LeaderElectorOptions): LeaderElector {
	const {kube, lease: ref, identity, times = defaultLeaderTimes, metrics, clock, random} = options;
	const log = options.log.child({lease: `${ref.namespace}/${ref.name}`, identity});
	const labels = {name: ref.name};
	let seen: Observation | undefined;
	/** Monotonic; when the last successful renewal was sent, which is before anybody else can have seen it. */
	let renewedMs = Number.NEGATIVE_INFINITY;
	metrics.leader.set(labels, 0);

	/** One attempt to have the lease. @returns whether this process has it now */
	async function attempt(signal: AbortSignal): Promise<boolean> {
		const sentMs = clock.monotonicMs();
		if (!seen || !isOurs(seen)) seen = observe(seen, await kube.get(leases, ref, signal), clock.monotonicMs());
		if (seen.lease && standing(seen, identity, clock.monotonicMs()) === 'taken') return false;
		const spec = claimSpec(seen.lease, {identity, now: clock.now(), leaseSeconds: times.leaseSeconds});
		try {
			const written = seen.lease ? await patch(seen.lease, spec, signal) : await kube.create(leases, {apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: ref, spec}, signal);
			seen = observe(seen, written, clock.monotonicMs());
			renewedMs = sentMs;
			return true;
		} catch (error) {
			// Someone else was faster, or the answer to a write of ours got lost: look again before the next write.
			const outrun = isKubeError(error) && (error.conflict || error.alreadyExists || error.notFound);
			seen = outrun || !seen ? undefined : {...seen, doubtful: true};
			throw error;
		}
	}

	const isOurs = (observation: Observation): boolean => !observation.doubtful && observation.lease?.spec?.holderIdentity === identity;

	const patch = (lease: Lease, spec: object, signal: AbortSignal): Promise<Lease> =>
		kube.mergePatch(leases, ref, {metadata: {resourceVersion: lease.metadata.resourceVersion}, spec}, signal);

	/** `attempt` with a failure counted as not having it, and never longer than until `untilMs`. */
	async function tryOnce(signal: AbortSignal, untilMs: number): Promise<boolean> {
		const over = new AbortController();
		const late = new AbortController();
		clock.sleep(Math.max(0, untilMs - clock.monotonicMs()), over.signal).then(() => late.abort(), () => undefined);
		try {
			return await attempt(AbortSignal.any([signal, late.signal]));
		} catch (error) {
			signal.throwIfAborted();
			log.info({error}, 'the lease could not be had');
			return false;
		} finally {
			over.abort();
		}
	}

	return {
		async acquire(signal) {
			while (!(await tryOnce(signal, clock.monotonicMs() + times.renewDeadlineMs))) {
				await clock.sleep(times.retryMs * (1 + random.fraction()), signal);
			}

			metrics.leader.set(labels, 1);
			log.info('leading');
		},

		async hold(signal) {
			while (!signal.aborted) {
				const deadlineMs = renewedMs + times.renewDeadlineMs;
				const leftMs = deadlineMs - clock.monotonicMs();
				// Also after a suspended process wakes up: then it is too late for any attempt.
				if (leftMs <= 0 || heldByOther()) throw lost();
				await clock.sleep(Math.min(times.retryMs, leftMs), signal).catch(() => undefined);
				if (!signal.aborted && clock.monotonicMs() < deadlineMs) await tryOnce(signal, deadlineMs).catch(() => undefined);
			}
		},

		async release(signal) {
			metrics.leader.set(labels, 0);
			try {
				// A renewal that was cut off may have happened: only the server knows the version to release from.
				const lease = seen && isOurs(seen) ? seen.lease : await kube.get(leases, ref, signal);
				if (lease?.spec?.holderIdentity !== identity) return;
				await patch(lease, releaseSpec(lease, clock.now()), signal);
				log.info('lease released');
			} catch (error) {
				log.info({error}, 'the lease was not released; the next process waits until it expires');
			} finally {
				seen = undefined;
			}
		},
	};

	function lost(): LazaretteError {
		metrics.leader.set(labels, 0);
		const agoMs = Math.round(clock.monotonicMs() - renewedMs);
		return new LazaretteError('LockLost', `leadership of ${ref.namespace}/${ref.name} is lost: last renewed ${agoMs} ms ago; this process ends, and another takes over`);
	}

	function heldByOther(): boolean {
		const holder = seen?.lease?.spec?.holderIdentity;
		return holder !== undefined && holder !== identity;
	}
}
