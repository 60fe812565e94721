import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {parse} from 'yaml';
import {projectRoot} from '../../scripts/suite/run-ava.ts';
import type {Clock} from '../../src/base/clock.ts';
import type {Random} from '../../src/base/random.ts';
import {fieldManagers} from '../../src/api/v1alpha1/group.ts';
import type {BackupRepository} from '../../src/api/v1alpha1/backup-repository.ts';
import type {VolumeBackup} from '../../src/api/v1alpha1/volume-backup.ts';
import {beginPass} from '../../src/controllers/backup-repository/pass.ts';
import {checkInputs} from '../../src/controllers/backup-repository/steps/check-inputs.ts';
import {backupRepositories, volumeBackups, volumeBackupSchedules} from '../../src/controllers/resources.ts';
import type {PassTools} from '../../src/controllers/shared/services.ts';
import type {KubeClient} from '../../src/kube/client/kube-client.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import {customResourceDefinitions, namespaces, persistentVolumeClaims, secrets} from '../../src/kube/resources.ts';
import type {Resource} from '../../src/kube/resource.ts';
import {backupObject, boundStatus, claimObject, claimsEach, endedStatus, repositoryObject, repositoryStatus, scheduleObject} from './large-objects.ts';
import type {OperatorBenchOptions} from './operator-options.ts';

type Tools = {clock: Clock; random: Random; signal: AbortSignal; log: (line: string) => void};

const atOnce = 24;

/** Makes everything that a busy cluster has: bound claims, repositories that are Ready, schedules, and runs that have ended. */
export async function fillCluster(kube: KubeClient, options: OperatorBenchOptions, tools: Tools): Promise<void> {
	const {signal, clock, log} = tools;
	const create = async <T extends KubeObject>(resource: Resource<T>, object: object): Promise<T> => kube.create(resource, object as T, signal);
	const spaceOf = (number: number): string => `bench-${Math.floor(number / claimsEach) % options.namespaces}`;
	const step = async (what: string, count: number, make: (number: number) => Promise<void>): Promise<void> => {
		const started = performance.now();
		await each(count, make);
		log(`  ${String(count).padStart(5)} ${what} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
	};

	await applyDefinitions(kube, signal);
	await step('namespaces, each with a repository', options.namespaces, async number => {
		const namespace = `bench-${number}`;
		await create(namespaces, {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
		await create(secrets, {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'offsite-s3', namespace}, stringData: {accessKeyId: 'bench', secretAccessKey: 'bench'}});
		await create(secrets, {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'offsite-key', namespace}, stringData: {password: 'bench'}});
		const repository = await create(backupRepositories, repositoryObject(namespace));
		const status = repositoryStatus(repository, await fingerprintOf(repository, kube, tools), clock.now());
		await applyStatus(kube, backupRepositories, repository, status, signal);
	});
	await step('bound claims', options.claims, async number => {
		const {metadata} = await create(persistentVolumeClaims, claimObject(spaceOf(number), number));
		await kube.mergePatch(persistentVolumeClaims, metadata, {status: boundStatus}, signal, 'status');
	});
	await step('schedules', options.schedules, async number => void (await create(volumeBackupSchedules, scheduleObject(spaceOf(number * claimsEach), number))));
	await step('ended backups', options.backups, async number => {
		const backup: VolumeBackup = await create(volumeBackups, backupObject(spaceOf(number), number));
		await applyStatus(kube, volumeBackups, backup, endedStatus(backup, number, clock.now()), signal);
	});
}

const applyStatus = async <T extends KubeObject>(kube: KubeClient, resource: Resource<T>, {apiVersion, kind, metadata: {name, namespace}}: T, status: object, signal: AbortSignal): Promise<void> =>
	void (await kube.applyStatus(resource, {apiVersion, kind, metadata: {name, ...(namespace && {namespace})}, status} as never, {manager: fieldManagers.status, force: true}, signal));

/** What the operator will find, computed by the operator's own step: a repository that it takes for unchanged is not probed. */
async function fingerprintOf(repository: BackupRepository, kube: KubeClient, {clock, random, signal}: Tools): Promise<string> {
	const pass = beginPass(repository, {kube, clock, random, signal} as PassTools);
	await checkInputs(pass);
	if (!pass.inputs) throw new Error('the operator would not find the Secrets of the repository');
	return pass.inputs.fingerprint;
}

async function applyDefinitions(kube: KubeClient, signal: AbortSignal): Promise<void> {
	const folder = join(projectRoot, 'crds');
	const files = (await readdir(folder)).filter(file => file.startsWith('lazarette.dev_'));
	for (const file of files) await kube.apply(customResourceDefinitions, parse(await readFile(join(folder, file), 'utf8')) as never, {manager: 'bench', force: true}, signal);
	for (const resource of [backupRepositories, volumeBackups, volumeBackupSchedules]) await served(kube, resource, signal);
}

async function served(kube: KubeClient, resource: Resource, signal: AbortSignal): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		try {
			for await (const _page of kube.list(resource, {}, signal)) return;
		} catch (error) {
			if (attempt === 100) throw error;
			await new Promise(resolve => setTimeout(resolve, 100));
		}
	}
}

async function each(count: number, make: (number: number) => Promise<void>): Promise<void> {
	let next = 0;
	await Promise.all(Array.from({length: atOnce}, async () => {
		while (next < count) await make(next++);
	}));
}
