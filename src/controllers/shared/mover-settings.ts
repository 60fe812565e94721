import type {MoverSettings} from '../../api/v1alpha1/mover-settings.ts';

type Resources = NonNullable<MoverSettings['resources']>;

const defaultResources = {
	requests: {cpu: '100m', memory: '128Mi'},
	limits: {memory: '512Mi'},
} as const satisfies Resources;

export type ResolvedMoverSettings = MoverSettings & {resources: {requests: Record<string, string | number>; limits: Record<string, string | number>}};

/** A run's settings over its repository's, field by field; `Auto` and what is absent leave the word to the repository. */
export function resolveMoverSettings(repository: MoverSettings, run: MoverSettings = {identity: 'Auto'}): ResolvedMoverSettings {
	return {
		...repository,
		...run,
		identity: run.identity === 'Auto' ? repository.identity : run.identity,
		resources: {
			requests: {...defaultResources.requests, ...repository.resources?.requests, ...run.resources?.requests},
			limits: {...defaultResources.limits, ...repository.resources?.limits, ...run.resources?.limits},
		},
		...securityOf(repository, run),
		...budgetOf(repository, run),
	};
}

function budgetOf(repository: MoverSettings, run: MoverSettings): Pick<MoverSettings, 'budget'> {
	const merged = {...repository.budget, ...run.budget};
	return Object.keys(merged).length === 0 ? {} : {budget: merged};
}

function securityOf(repository: MoverSettings, run: MoverSettings): Pick<MoverSettings, 'securityContext'> {
	const merged = {...repository.securityContext, ...run.securityContext};
	return Object.keys(merged).length === 0 ? {} : {securityContext: merged};
}
