import {checkHistory} from '../../src/api/v1alpha1/check-conditions.ts';
import type {CheckedObject} from '../../src/api/v1alpha1/check-conditions.ts';
import {annotations, labels, managedByValue} from '../../src/api/v1alpha1/group.ts';
import {events, jobs, pods} from '../../src/kube/resources.ts';
import type {Pod} from '../../src/kube/resources.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import {backupRepositories, volumeBackups, volumeBackupSchedules, volumeRestores} from '../../src/controllers/resources.ts';
import type {Version} from './_seen.ts';
import type {Space} from './_space.ts';

const ours = [backupRepositories, volumeBackups, volumeBackupSchedules, volumeRestores];

/** What must hold of everything that was ever seen in a test's namespace. @throws with every violation */
export function audit({seen, secrets}: Pick<Space, 'seen' | 'secrets'>): void {
	const violations = [
		...ours.flatMap(resource => histories(seen.versions<KubeObject>(resource)).flatMap(checkHistory)),
		...[...ours, jobs, pods, events].flatMap(resource => seen.versions<KubeObject>(resource).flatMap(({object}) => tellsASecret(object, secrets))),
		...seen.ever(pods).filter(isMover).flatMap(overreaches),
	];
	if (violations.length > 0) throw new Error(`what was seen breaks ${violations.length} rules that always hold:\n${[...new Set(violations)].slice(0, 40).join('\n')}`);
}

/** The versions of each object, in order. */
function histories(versions: readonly Version[]): CheckedObject[][] {
	const byUid = Map.groupBy(versions, ({object}) => object.metadata.uid);
	return [...byUid.values()].map(history => history.map(({object}) => object as CheckedObject));
}

function tellsASecret(object: KubeObject, secrets: ReadonlySet<string>): string[] {
	const text = JSON.stringify(object);
	const told = [...secrets].filter(secret => text.includes(secret) || text.includes(Buffer.from(secret).toString('base64')));
	return told.map(() => `${object.kind} ${object.metadata.name} holds a secret in plain text`);
}

const isMover = ({metadata}: Pod): boolean => metadata.labels?.[labels.managedBy] === managedByValue && metadata.labels?.[labels.component] === 'mover';

/** A mover gets no API token, no host path, no writable root, no privilege that it did not name, and a volume to back up never writable. */
function overreaches({metadata, spec}: Pod): string[] {
	const container = spec?.containers.find(({name}) => name === 'mover');
	const security = container?.securityContext;
	const backsUp = metadata.annotations?.[annotations.moverRequest]?.includes('"kind":"backup"') ?? false;
	const mounted = spec?.volumes?.find(({name}) => name === 'volume')?.persistentVolumeClaim;
	const rules: Array<[boolean | undefined, string]> = [
		[spec?.automountServiceAccountToken === false && !spec.volumes?.some(({projected}) => projected?.sources?.some(({serviceAccountToken}) => serviceAccountToken)), 'has a token for the API'],
		[!spec?.volumes?.some(({hostPath}) => hostPath), 'mounts a path of the node'],
		[!spec?.hostNetwork && !spec?.hostPID && !spec?.hostIPC, 'shares namespaces with the node'],
		[security?.readOnlyRootFilesystem, 'has a writable root file system'],
		[security?.allowPrivilegeEscalation === false && !security.privileged, 'may gain privileges'],
		[security?.capabilities?.drop?.includes('ALL'), 'keeps capabilities that it did not name'],
		[!backsUp || mounted === undefined || mounted.readOnly, 'could write to the claim that it backs up'],
	];
	return rules.filter(([kept]) => !kept).map(([, what]) => `pod ${metadata.name} ${what}`);
}
