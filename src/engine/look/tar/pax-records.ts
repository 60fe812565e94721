/** One `keyword=value` of a pax extended header; a value is bytes. */
export type PaxRecord = {keyword: string | Buffer; value: string | Buffer};

/** POSIX.1-2024, pax, "pax Extended Header": `length keyword=value\n`, where the length, in decimal, counts itself. */
export const encodePax = (records: readonly PaxRecord[]): Buffer => Buffer.concat(records.map(encodeRecord));

function encodeRecord({keyword, value}: PaxRecord): Buffer {
	const rest = Buffer.concat([Buffer.from(' '), Buffer.from(keyword), Buffer.from('='), Buffer.from(value), Buffer.from('\n')]);
	let length = rest.length;
	while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
	return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** Seconds with as many decimals as it takes; before 1970 with a sign before all of it. */
export function paxTime(ns: bigint): string {
	const magnitude = ns < 0n ? -ns : ns;
	const decimals = String(magnitude % 1_000_000_000n).padStart(9, '0').replace(/0+$/, '');
	return `${ns < 0n ? '-' : ''}${magnitude / 1_000_000_000n}${decimals === '' ? '' : `.${decimals}`}`;
}
