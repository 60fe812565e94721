import {LazaretteError} from '../../../base/errors.ts';
import type {Random} from '../../../base/random.ts';

/**
Which packs a check reads whole. `{part, of}`: the n-th of t equal parts, counted from 1, divided by the first byte of a pack's ID as restic does for up
to 256 parts, and by its first four bytes beyond; all parts together are all packs, whatever was added between. `{percent}`: so many of them at random.
*/
export type DataShare = {part: number; of: number} | {percent: number};

const restics = 256;
const mostParts = 1_000_000;

/** @throws BadRequest for a share that is none */
export function checkShare(share: DataShare): void {
	if ('percent' in share) {
		if (share.percent > 0 && share.percent <= 100) return;
		throw notAShare(`${share.percent} %`, 'write a percentage above 0, up to 100');
	}
	const {part, of} = share;
	if (Number.isInteger(part) && Number.isInteger(of) && part >= 1 && part <= of && of <= mostParts) return;
	throw notAShare(`part ${part} of ${of}`, `write n/t with whole numbers, n from 1 to t, t up to ${mostParts}`);
}

/** `n/t` or `x%`, as restic writes them. @throws BadRequest */
export function parseDataShare(text: string): DataShare {
	const parts = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
	const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text);
	if (!parts && !percent) throw notAShare(`"${text}"`, 'write n/t, such as 1/7, or x%, such as 2.5%');
	const share: DataShare = parts ? {part: Number(parts[1]), of: Number(parts[2])} : {percent: Number(percent![1])};
	checkShare(share);
	return share;
}

/**
The share of the `run`-th check of a row, such that any `period` checks in a row prove every pack that was there during all of them. `run` counts whatever
the checks are spaced by, such as days since 1970.
*/
export function rotatingShare(run: number, period: number): DataShare {
	const share = {part: (((Math.floor(run) % period) + period) % period) + 1, of: period};
	checkShare(share);
	return share;
}

/** How many checks it takes to read everything when each may read `percent` of it. */
export const periodOf = (percent: number): number => Math.max(1, Math.ceil(100 / percent - 1e-9));

/** The numbers of the packs to read, ascending; a percentage chooses at least one of them. IDs are raw bytes. */
export function chooseShare(packs: readonly number[], idOf: (pack: number) => Uint8Array, share: DataShare, random: Random): number[] {
	checkShare(share);
	if ('percent' in share) return chooseRandomly(packs, Math.ceil((packs.length * share.percent) / 100), random);
	const {part, of} = share;
	return packs.filter(pack => classOf(idOf(pack), of) === part - 1);
}

const classOf = (id: Uint8Array, of: number): number => (of <= restics ? id[0]! : Buffer.from(id.buffer, id.byteOffset).readUInt32BE()) % of;

function chooseRandomly(packs: readonly number[], count: number, random: Random): number[] {
	const left = [...packs];
	for (let chosen = 0; chosen < count; chosen++) {
		const other = chosen + Math.floor(random.fraction() * (left.length - chosen));
		[left[chosen], left[other]] = [left[other]!, left[chosen]!];
	}
	return left.slice(0, count).sort((a, b) => a - b);
}

const notAShare = (what: string, hint: string): LazaretteError => new LazaretteError('BadRequest', `${what} is no share of the data to read`, {hint: `${hint}; nothing was read`});
