import {collectDefaultMetrics} from 'prom-client';
import {systemClock} from '../base/clock.ts';
import type {Logger} from '../base/log.ts';
import type {Registry} from '../base/metrics.ts';
import {systemRandom} from '../base/random.ts';
import {reportingController} from '../api/v1alpha1/group.ts';
import {createControllerMetrics} from '../controllers/shared/controller-metrics.ts';
import {createClaimWriters} from '../controllers/shared/claim-writers.ts';
import {declareCaches} from '../controllers/shared/declare-caches.ts';
import {createMoverLimits} from '../controllers/shared/queue/mover-limits.ts';
import {createMoverQueue} from '../controllers/shared/queue/queue.ts';
import {createRepositoryNews} from '../controllers/shared/repository-news.ts';
import {createRunMarks} from '../controllers/shared/run-marks.ts';
import {registerStateMetrics} from '../controllers/shared/state-metrics.ts';
import {createCaches} from '../kube/cache/caches.ts';
import type {Caches} from '../kube/cache/caches.ts';
import {withOwnWrites} from '../kube/cache/own-writes.ts';
import {createKubeClient} from '../kube/client/create-kube-client.ts';
import type {KubeClient} from '../kube/client/kube-client.ts';
import type {KubeConfig} from '../kube/client/load-kube-config.ts';
import {createKubeMetrics} from '../kube/metrics.ts';
import type {Controller} from '../kube/runtime/controller.ts';
import {createEventRecorder} from '../kube/runtime/event-recorder.ts';
import type {EventRecorder} from '../kube/runtime/event-recorder.ts';
import {createLeaderElector} from '../kube/runtime/leader-elector.ts';
import type {LeaderElector} from '../kube/runtime/leader-elector.ts';
import {clusterIdOf} from './cluster-id.ts';
import {createControllers} from './create-controllers.ts';
import {ownImage} from './own-image.ts';
import type {OperatorOptions} from './parse-options.ts';
import {createProbes} from './probes.ts';
import type {Probes} from './probes.ts';
import {healthHandler, metricsHandler, serve} from './serve.ts';
import type {Serving} from './serve.ts';

/** The parts of a running operator, put together but not started. */
export type Operator = {
	client: KubeClient;
	caches: Caches;
	controllers: Controller[];
	events: Pick<EventRecorder, 'run' | 'flush'>;
	/** Absent: it works without asking. */
	elector: LeaderElector | undefined;
	probes: Probes;
	servers: Serving[];
	log: Logger;
};

export type OperatorParts = {kubeConfig: KubeConfig; log: Logger; registry: Registry; /** Ends the start. */ signal: AbortSignal};

/** One client, one set of caches, one controller for each kind, and what shows that they are well. */
export async function createOperator(options: OperatorOptions, {kubeConfig, log, registry, signal}: OperatorParts): Promise<Operator> {
	const [clock, random] = [systemClock, systemRandom];
	collectDefaultMetrics({register: registry});
	const metrics = createKubeMetrics(registry);
	const probes = createProbes();
	// First of all, so that a kubelet that asks during a slow start is answered.
	const servers = [
		...(options.metrics ? [await serve(options.metrics, {'/metrics': metricsHandler(registry)})] : []),
		...(options.probes ? [await serve(options.probes, {'/livez': healthHandler(probes.live), '/readyz': healthHandler(probes.ready)})] : []),
	];

	const client = createKubeClient({kubeConfig, metrics, userAgent: 'lazarette-operator'});
	const image = {...options.image, name: options.image.name ?? (await ownImage(client, options.pod, signal))};
	log.info({server: client.server, image: image.name, identity: options.identity, namespaces: options.namespaces ?? 'all'}, 'starting');
	const clusterId = await clusterIdOf(client, signal);
	const caches = createCaches({kube: client, log, metrics, clock, random, freeze: process.env['LAZARETTE_FREEZE_CACHES'] === 'true', ...(options.namespaces && {namespaces: options.namespaces})});
	const kube = withOwnWrites(client, caches);
	const events = createEventRecorder({kube, controller: reportingController, instance: options.identity, log, metrics, clock, random});
	const declared = declareCaches(caches);
	const news = createRepositoryNews();
	const queue = createMoverQueue({caches: declared, limits: createMoverLimits({settings: options.moverLimits, caches: declared, news}), clock});
	registerStateMetrics(registry, {queue, caches: declared});
	const controllers = createControllers(
		{
			kube,
			caches: declared,
			events,
			metrics: createControllerMetrics(registry),
			news,
			marks: createRunMarks({writers: createClaimWriters({...declared, clock, followedMs: options.podsFollowedMs}), clock}),
			queue,
			settings: {image, clusterId},
			clock,
			random,
		},
		{log, metrics},
	);
	const elector = options.leaderElection && createLeaderElector({kube: client, lease: options.leaderElection, identity: options.identity, log, metrics, clock, random});
	probes.watch(caches, controllers);
	return {client, caches, controllers, events, elector, probes, servers, log};
}
