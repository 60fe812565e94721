import type {Random} from '../../src/base/random.ts';
import {createLogger} from '../../src/base/log.ts';
import type {Logger} from '../../src/base/log.ts';
import {createRegistry} from '../../src/base/metrics.ts';
import {createKubeMetrics} from '../../src/kube/metrics.ts';
import type {KubeObject} from '../../src/kube/object.ts';

export const metrics = () => createKubeMetrics(createRegistry());

/** Collects what is logged. */
export function capturedLog(): {log: Logger; lines: Array<Record<string, unknown>>} {
	const lines: Array<Record<string, unknown>> = [];
	return {lines, log: createLogger({level: 'debug', destination: {write: line => void lines.push(JSON.parse(line) as Record<string, unknown>)}})};
}

/** Randomness that is always the same. */
export const fixedRandom = (fraction = 0.5): Random => ({bytes: length => Buffer.alloc(length, 7), fraction: () => fraction});

export const configMap = (name: string, rest: Partial<KubeObject['metadata']> = {}): KubeObject => ({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace: 'default', ...rest}});
