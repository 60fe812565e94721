import type {Condition} from '../../src/api/v1alpha1/object-meta.ts';
import {group} from '../../src/api/v1alpha1/group.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import {events, jobs, persistentVolumeClaims, pods} from '../../src/kube/resources.ts';
import type {Pod} from '../../src/kube/resources.ts';
import {backupRepositories, volumeBackups, volumeBackupSchedules, volumeRestores} from '../../src/controllers/resources.ts';
import {timelineOf} from './_timeline.ts';
import type {Space} from './_space.ts';

type Ours = KubeObject & {status: {conditions?: Condition[]}};

const logTimeoutMs = 5000;

/** How a namespace looks, for whoever must find out why a test failed: conditions, children, events, the movers' last words and the operator's. */
export async function accountOf(space: Pick<Space, 'name' | 'seen' | 'kube' | 'world'>): Promise<string> {
	const {seen} = space;
	const lines: string[] = [`--- namespace ${space.name}`];
	for (const resource of [backupRepositories, volumeBackups, volumeBackupSchedules, volumeRestores]) {
		for (const {kind, metadata, status} of seen.present<Ours>(resource)) {
			const {conditions, ...rest} = status;
			lines.push(`${kind} ${metadata.name} (generation ${metadata.generation}): ${JSON.stringify(rest)}`);
			for (const {type, status, reason, message} of conditions ?? []) lines.push(`    ${type}=${status} ${reason}: ${message}`);
		}
	}

	for (const {metadata, status} of seen.present(persistentVolumeClaims)) lines.push(`claim ${metadata.name}: ${status?.phase ?? 'no phase'}`);
	for (const {metadata, status} of seen.present(jobs)) {
		lines.push(`Job ${metadata.name}: ${status?.conditions?.map(({type, status, reason}) => `${type}=${status} ${reason ?? ''}`).join(', ') ?? 'no condition'}`);
	}

	for (const pod of seen.ever(pods)) lines.push(describePod(pod));
	for (const {regarding, reason, note, type} of seen.ever(events)) lines.push(`${type} ${regarding?.kind} ${regarding?.name} ${reason}: ${note}`);
	lines.push('--- what happened when', ...timelineOf(seen));
	return [...lines, ...(await moverLogs(space)), ...(await operatorLog(space))].join('\n');
}

function describePod({metadata, spec, status}: Pod): string {
	const states = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map(({name, state}) => `${name} ${JSON.stringify(state)}`);
	return `pod ${metadata.name} on ${spec?.nodeName ?? 'no node'}: ${status?.phase ?? 'no phase'} ${status?.reason ?? ''} ${states.join(', ')}`;
}

async function moverLogs({seen, kube, name}: Pick<Space, 'seen' | 'kube' | 'name'>): Promise<string[]> {
	const movers = seen.present(pods).filter(({metadata}) => Object.keys(metadata.labels ?? {}).some(label => label.startsWith(`${group}/`)));
	const logs = movers.map(async ({metadata}) => `--- log of ${metadata.name}\n${await tail(kube.podLog({namespace: name, name: metadata.name}, {tailLines: 20}, AbortSignal.timeout(logTimeoutMs)))}`);
	return Promise.all(logs);
}

/** What the operator said about the namespace. */
async function operatorLog({kube, world, name}: Pick<Space, 'kube' | 'world' | 'name'>): Promise<string[]> {
	const signal = AbortSignal.timeout(logTimeoutMs);
	const lines: string[] = [];
	try {
		for await (const page of kube.list(pods, {namespace: world.operatorNamespace, labelSelector: 'app.kubernetes.io/component=operator'}, signal)) {
			for (const {metadata} of page.items) lines.push(...(await kube.podLog({namespace: world.operatorNamespace, name: metadata.name}, {tailLines: 3000}, signal)).split('\n'));
		}
	} catch (error) {
		return [`--- the operator's log could not be read: ${String(error)}`];
	}

	return [`--- the operator about ${name}`, ...lines.filter(line => line.includes(name)).slice(-30)];
}

const tail = async (log: Promise<string>): Promise<string> => log.catch((error: unknown) => `(${String(error)})`);
