import {deviceNumber} from '../../repository/device-number.ts';
import type {EntryFacts} from '../../repository/entry-facts.ts';
import type {Status} from './file-system.ts';

/** What a walk has found, to be kept. */
export function statusOfFacts(facts: EntryFacts): Status {
	const {type} = facts;
	const mtimeNs = nanoseconds(facts.mtimeSeconds, facts.mtimeNanoseconds);
	return {
		type,
		mode: facts.mode,
		uid: facts.uid,
		gid: facts.gid,
		size: facts.size,
		blocks: facts.blocks,
		links: facts.links,
		mtimeNs,
		atimeNs: nanoseconds(facts.atimeSeconds, facts.atimeNanoseconds),
		ctimeNs: nanoseconds(facts.ctimeSeconds, facts.ctimeNanoseconds),
		inode: facts.inodeHigh === 0 ? BigInt(facts.inodeLow) : (BigInt(facts.inodeHigh) << 32n) | BigInt(facts.inodeLow),
		deviceId: deviceNumber(facts.deviceMajor, facts.deviceMinor),
		device: type === 'dev' || type === 'chardev' ? deviceNumber(facts.specialMajor, facts.specialMinor) : 0n,
	};
}

const nanoseconds = (seconds: number, rest: number): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(rest);
