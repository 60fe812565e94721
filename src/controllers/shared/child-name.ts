import {createHash} from 'node:crypto';

/** A Job's name becomes a label of its pod, and labels end at 63 characters. */
const maxLength = 63;
const hashLength = 10;

/**
Name of a child, always the same for the same parts: `<owner's name, trimmed>-<role>-<hash>`. The owner's uid is in the hash, so that a
child of a deleted namesake is never taken for ours.
*/
export function childName(owner: {name: string; uid: string}, role: string, ...parts: ReadonlyArray<string | number>): string {
	const hash = createHash('sha256').update(JSON.stringify([owner.uid, role, ...parts])).digest('hex').slice(0, hashLength);
	const room = maxLength - role.length - hashLength - 2;
	// Object names may hold dots, names of pods' hosts may not; and no part may end in anything but a letter or digit.
	const readable = owner.name.replaceAll('.', '-').slice(0, room).replace(/-+$/, '');
	return `${readable}-${role}-${hash}`;
}
