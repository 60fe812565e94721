import {labels} from '../../src/api/v1alpha1/group.ts';
import type {MoverResult} from '../../src/api/v1alpha1/mover-contract.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import {jobs, pods} from '../../src/kube/resources.ts';
import type {Job, Pod} from '../../src/kube/resources.ts';
import {world} from './_world.ts';
import type {Space} from './_space.ts';

type Owner = Pick<KubeObject, 'kind' | 'metadata'>;

const belongsTo = (owner: Owner) => ({metadata}: KubeObject): boolean => metadata.labels?.[labels.ownerUid] === owner.metadata.uid;

/** The last version of every mover pod that an object ever had. */
export const moverPods = ({seen}: Space, owner: Owner): Pod[] => seen.ever(pods).filter(belongsTo(owner));

/** Every Job that an object ever had, or that anything of the namespace had. */
export const moverJobs = ({seen}: Space, owner?: Owner): Job[] => seen.ever(jobs).filter(owner ? belongsTo(owner) : () => true);

/** A mover of the object whose process runs. */
export async function runningMover({seen}: Space, owner: Owner): Promise<Pod> {
	return seen.until(`a mover of ${owner.kind} ${owner.metadata.name} is running`, () =>
		seen.present(pods).find(pod => belongsTo(owner)(pod) && !pod.metadata.deletionTimestamp && pod.status?.containerStatuses?.some(({state}) => state?.running)),
	);
}

/** What the movers of an object left, as they ended. */
export const moverResults = ({seen}: Space, owner: Owner): MoverResult[] =>
	[...new Map(seen.versions(pods).filter(({object}) => belongsTo(owner)(object)).flatMap(({object}) => resultOf(object)).map(result => [JSON.stringify(result), result])).values()];

function resultOf({status}: Pod): MoverResult[] {
	const message = status?.containerStatuses?.[0]?.state?.terminated?.message;
	return message ? [JSON.parse(message) as MoverResult] : [];
}

/** SIGKILL to the program in a pod, from outside: a container's first process cannot be killed from within. */
export async function killProgram(pod: Pod): Promise<void> {
	const {own} = await world();
	if (!own) throw new Error('processes can only be killed on a cluster of ours; the test must ask for the ability "node"');
	const programs = (await own.node.processesOf(pod.metadata.uid ?? '')).filter(({command}) => command.startsWith('node '));
	if (programs.length === 0) throw new Error(`pod ${pod.metadata.name} has no running program`);
	for (const {pid} of programs) process.kill(pid, 'SIGKILL');
}
