import {readFileSync} from 'node:fs';

/** Names for owners, for people and other tools; restores go by the numbers. */
export type Identities = {
	user(uid: number): string | undefined;
	group(gid: number): string | undefined;
};

/** For volumes whose owners have nothing to do with the accounts of the machine that reads them. */
export const noIdentities: Identities = {user: () => undefined, group: () => undefined};

/** The accounts of this machine's passwd and group files; the first of several names counts, as for `getpwuid`. */
export function localIdentities(directory = '/etc'): Identities {
	const users = readTable(`${directory}/passwd`);
	const groups = readTable(`${directory}/group`);
	return {user: uid => users.get(uid), group: gid => groups.get(gid)};
}

/** passwd(5) and group(5) agree in what matters here: name, password, number. */
function readTable(path: string): Map<number, string> {
	const table = new Map<number, string>();
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch {
		// A minimal image has no such file; numbers are all there is then.
		return table;
	}
	for (const line of text.split('\n')) {
		const [name, , number] = line.split(':');
		if (name && number && /^\d+$/.test(number) && !table.has(Number(number))) table.set(Number(number), name);
	}
	return table;
}
