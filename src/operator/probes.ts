import type {Caches} from '../kube/cache/caches.ts';
import type {Controller} from '../kube/runtime/controller.ts';
import {createHealthChecks} from '../kube/runtime/health.ts';
import type {HealthChecks} from '../kube/runtime/health.ts';

/** What the kubelet asks. A standby is ready as well: leadership is no matter of health. */
export type Probes = {
	live: HealthChecks;
	ready: HealthChecks;
	/** From now on these are what must be well. */
	watch(caches: Caches, controllers: readonly Controller[]): void;
	/** Not ready any more, whatever else is well. */
	stopping(): void;
};

export function createProbes(): Probes {
	const live = createHealthChecks();
	const ready = createHealthChecks();
	let phase: 'starting' | 'running' | 'stopping' = 'starting';
	ready.add('operator', () => (phase === 'running' ? undefined : `the operator is ${phase}`));

	return {
		live,
		ready,
		watch(caches, controllers) {
			ready.add('caches', () => unfilled(caches));
			live.add('controllers', () => controllers.map(stuck).find(problem => problem !== undefined));
			phase = 'running';
		},
		stopping() {
			phase = 'stopping';
		},
	};
}

function unfilled(caches: Caches): string | undefined {
	const missing = caches.unsynced().map(({resource, trouble}) => (trouble ? `${resource} (${trouble.message})` : resource));
	return missing.length > 0 ? `not filled yet: ${missing.join(', ')}` : undefined;
}

function stuck(controller: Controller): string | undefined {
	const pass = controller.stuck();
	return pass && `a pass of ${controller.name} over ${pass.key} runs for ${Math.round(pass.ms / 1000)} s`;
}
