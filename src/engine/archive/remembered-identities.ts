import type {Identities} from './identities.ts';

/** Identities that are asked once for every entry, since some count; what they have answered before can be looked up without. */
export class RememberedIdentities implements Identities {
	readonly #identities: Identities;
	readonly #users = new Map<number, string | undefined>();
	readonly #groups = new Map<number, string | undefined>();

	constructor(identities: Identities) {
		this.#identities = identities;
	}

	user(uid: number): string | undefined {
		const name = this.#identities.user(uid);
		this.#users.set(uid, name);
		return name;
	}

	group(gid: number): string | undefined {
		const name = this.#identities.group(gid);
		this.#groups.set(gid, name);
		return name;
	}

	/** Whether both have been asked for. */
	knows(uid: number, gid: number): boolean {
		return this.#users.has(uid) && this.#groups.has(gid);
	}

	knownUser(uid: number): string | undefined {
		return this.#users.get(uid);
	}

	knownGroup(gid: number): string | undefined {
		return this.#groups.get(gid);
	}
}
