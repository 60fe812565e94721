import type {MoverJobFacts} from './mover-job-facts.ts';
import type {PodSpec} from '../../kube/resources.ts';

type ContainerSecurity = NonNullable<PodSpec['containers'][number]['securityContext']>;

/** The user of the image, in no relation to any user of a volume. */
const nobody = 65_532;

/** DAC_READ_SEARCH would do for reading, but pod security level baseline admits only DAC_OVERRIDE; the mount is read-only anyway. */
const capabilitiesToRead = ['DAC_OVERRIDE'];
/** Owners, modes with setuid and setgid, times and attributes of others' files, file capabilities, device nodes. */
const capabilitiesToWrite = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'MKNOD', 'SETFCAP'];

type SecurityFacts = Pick<MoverJobFacts, 'identity' | 'settings' | 'volume'>;

export function podSecurity(facts: SecurityFacts): Pick<PodSpec, 'hostUsers' | 'securityContext'> {
	const seccompProfile = {type: 'RuntimeDefault'};
	if (facts.identity !== 'Unprivileged') {
		return {
			...(facts.identity === 'UserNamespaceRoot' && {hostUsers: false}),
			securityContext: {runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, seccompProfile},
		};
	}

	const wish = facts.settings.securityContext ?? {};
	const fsGroup = fsGroupOf(facts);
	return {
		securityContext: {
			runAsUser: wish.runAsUser ?? nobody,
			runAsGroup: wish.runAsGroup ?? nobody,
			runAsNonRoot: true,
			...(fsGroup !== undefined && {fsGroup, fsGroupChangePolicy: 'OnRootMismatch'}),
			...(wish.supplementalGroups?.length && {supplementalGroups: wish.supplementalGroups}),
			seccompProfile,
		},
	};
}

export function containerSecurity(facts: SecurityFacts): ContainerSecurity {
	const add = facts.identity === 'Unprivileged' ? [] : facts.volume && !facts.volume.readOnly ? capabilitiesToWrite : capabilitiesToRead;
	return {
		allowPrivilegeEscalation: false,
		readOnlyRootFilesystem: true,
		capabilities: {drop: ['ALL'], ...(add.length > 0 && {add})},
	};
}

/**
The kubelet gives a group to Secrets and writable claims, never to claims mounted read-only. A user who names the mover's user for a claim
to write has made the claim fit that user: its files then keep their groups.
*/
export function fsGroupOf({identity, settings, volume}: SecurityFacts): number | undefined {
	if (identity !== 'Unprivileged') return undefined;
	const {fsGroup, runAsUser, runAsGroup} = settings.securityContext ?? {};
	if (volume && !volume.readOnly && runAsUser !== undefined) return fsGroup;
	return fsGroup ?? runAsGroup ?? nobody;
}

/** Secrets belong to root of the pod: root needs no more than its own bit, others their group's, and without a group everybody's. */
export function secretModeOf(facts: SecurityFacts): number {
	return facts.identity === 'Unprivileged' && fsGroupOf(facts) === undefined ? 0o444 : 0o400;
}
