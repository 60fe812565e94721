import {setTimeout as sleep} from 'node:timers/promises';
import {backupRepositories, volumeBackups, volumeBackupSchedules} from '../../src/controllers/resources.ts';
import type {KubeClient} from '../../src/kube/client/kube-client.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import type {Resource} from '../../src/kube/resource.ts';
import {persistentVolumeClaims} from '../../src/kube/resources.ts';
import {sumOf} from './read-metrics.ts';
import type {Sample} from './read-metrics.ts';

export type PassesPerChange = {what: string; passes: number; requests: number};

/** `mark` is another number each time: what changes nothing costs nothing. */
type Change = {what: string; resource: Resource; patch: (mark: number) => Record<string, unknown>};

const touched = (mark: number) => ({metadata: {annotations: {'bench.example.net/touched': String(mark)}}});

/** What one change of one object costs, with thousands of others beside it. */
export const changes: readonly Change[] = [
	{what: 'an annotation of a claim', resource: persistentVolumeClaims, patch: touched},
	{what: 'an annotation of a backup that has ended', resource: volumeBackups, patch: touched},
	{what: 'an annotation of a schedule', resource: volumeBackupSchedules, patch: touched},
	{what: 'a setting of a repository', resource: backupRepositories, patch: mark => ({spec: {limits: {parallelMovers: 1 + (mark % 1000)}}})},
];

/** All that follows from a change follows within that. */
const settleMs = 3000;

export async function oneChange({what, resource, patch}: Change, {kube, metrics, signal}: {kube: KubeClient; metrics: () => Promise<Sample[]>; signal: AbortSignal}): Promise<PassesPerChange> {
	const target = await firstOf(kube, resource, signal);
	if (!target) return {what, passes: 0, requests: 0};
	const before = await metrics();
	await kube.mergePatch(resource, target.metadata, patch(Date.now()), signal);
	await sleep(settleMs, undefined, {signal});
	const after = await metrics();
	const difference = (name: string): number => sumOf(after, name) - sumOf(before, name);
	return {what, passes: difference('controller_runtime_reconcile_total'), requests: difference('rest_client_requests_total')};
}

async function firstOf(kube: KubeClient, resource: Resource, signal: AbortSignal): Promise<KubeObject | undefined> {
	for await (const page of kube.list(resource, {namespace: 'bench-0'}, signal)) return page.items[0];
	return undefined;
}
