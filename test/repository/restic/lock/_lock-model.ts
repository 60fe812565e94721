/**
What a party does, step by step. `look`: lists the locks, and withdraws from one that is in its way; takes time, and may overlook what comes or goes meanwhile. `look when late`: the same if a pause's time has
passed since its first look began. `read`: learns what is stored. `commit`: makes an archive visible that relies on what it read. `remove`: takes away what was not needed when it read.
*/
export type Deed = 'look' | 'write' | 'look when late' | 'pause' | 'read' | 'commit' | 'remove' | 'release';

export type Party = {exclusive: boolean; deeds: readonly Deed[]};

/** Units of time; all that matters is which of two stretches is longer. */
const pauseTime = 2;

type Place = {
	/** Index of the next deed; past the last one when it is done or has withdrawn. */
	at: number;
	/** In the middle of a look: others' locks that stood when it began, a bit for each party. */
	seen: number | undefined;
	/** Since its first look began, and since its lock was written; no more than a pause. */
	sinceFirst: number;
	sinceWrite: number;
	hasRead: boolean;
	/** What it read is no longer so. */
	isStale: boolean;
};

type World = {locks: number; places: readonly Place[]};

/**
Every order in which the parties' steps and the passing of time can follow each other, on a store whose listings show what stood all the while. Returns the first harm found, as the steps that lead to it:
an archive that relies on what was removed, or a removal that knows nothing of an archive.
*/
export function findHarm(parties: readonly Party[]): string[] | undefined {
	const start: World = {locks: 0, places: parties.map(() => ({at: 0, seen: undefined, sinceFirst: 0, sinceWrite: 0, hasRead: false, isStale: false}))};
	const from = new Map<string, {before: string; step: string} | undefined>([[keyOf(start), undefined]]);
	const open = [start];
	for (let world = open.pop(); world; world = open.pop()) {
		for (const {step, next} of successors(parties, world)) {
			const before = keyOf(world);
			if (next === 'harm') return [...pathTo(from, before), step];
			const key = keyOf(next);
			if (from.has(key)) continue;
			from.set(key, {before, step});
			open.push(next);
		}
	}
	return undefined;
}

type Step = {step: string; next: World | 'harm'};

function* successors(parties: readonly Party[], world: World): Generator<Step> {
	yield {step: 'time passes', next: {...world, places: world.places.map((place, index) => aged(place, parties[index]!))}};
	for (const [me, party] of parties.entries()) {
		const next = advance(parties, world, me);
		if (next) yield {step: `${me}: ${party.deeds[world.places[me]!.at]!}`, next};
	}
}

/** Only clocks that will be looked at run, so that worlds in which the same can happen count as one. */
function aged(place: Place, {deeds}: Party): Place {
	const ahead = deeds.slice(place.at);
	const tick = (time: number): number => Math.min(pauseTime, time + 1);
	return {...place, sinceFirst: ahead.includes('look when late') ? tick(place.sinceFirst) : 0, sinceWrite: place.at > deeds.indexOf('write') && ahead.includes('pause') ? tick(place.sinceWrite) : 0};
}

/** The world after one step of a party; undefined while it has nothing to do. */
function advance(parties: readonly Party[], {locks, places}: World, me: number): World | 'harm' | undefined {
	const {exclusive, deeds} = parties[me]!;
	const place = places[me]!;
	const mine = 1 << me;
	const withMine = (change: Partial<Place>, now = locks): World => ({locks: now, places: places.map((other, index) => (index === me ? {...other, ...change} : other))});
	const done: Partial<Place> = {at: place.at + 1, seen: undefined};
	const spoil = (world: World, whom: (party: Party) => boolean): World => ({...world, places: world.places.map((other, index) => (index !== me && other.hasRead && whom(parties[index]!) ? {...other, isStale: true} : other))});

	switch (deeds[place.at]) {
		case 'look':
		case 'look when late': {
			if (deeds[place.at] === 'look when late' && place.seen === undefined && place.sinceFirst < pauseTime) return withMine(done);
			if (place.seen === undefined) return withMine({seen: locks & ~mine, ...(place.at === 0 && {sinceFirst: 0})});
			const inTheWay = parties.some((other, index) => (place.seen! & locks & (1 << index)) !== 0 && (exclusive || other.exclusive));
			return inTheWay ? withMine({...done, at: deeds.length}, locks & ~mine) : withMine(done);
		}
		case 'write': return withMine({...done, sinceWrite: 0}, locks | mine);
		case 'pause': return place.sinceWrite < pauseTime ? undefined : withMine(done);
		case 'read': return withMine({...done, hasRead: true, isStale: false});
		case 'commit': return place.isStale ? 'harm' : spoil(withMine({...done, hasRead: false}), party => party.exclusive);
		case 'remove': return place.isStale ? 'harm' : spoil(withMine(done), () => true);
		case 'release': return withMine({...done, hasRead: false}, locks & ~mine);
		default: return undefined;
	}
}

const keyOf = ({locks, places}: World): string => `${locks};${places.map(({at, seen, sinceFirst, sinceWrite, hasRead, isStale}) => `${at},${seen ?? ''},${sinceFirst},${sinceWrite},${Number(hasRead)}${Number(isStale)}`).join(';')}`;

function pathTo(from: ReadonlyMap<string, {before: string; step: string} | undefined>, key: string): string[] {
	const steps: string[] = [];
	for (let link = from.get(key); link; link = from.get(link.before)) steps.unshift(link.step);
	return steps;
}
