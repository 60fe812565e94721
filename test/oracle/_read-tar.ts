import {createHash} from 'node:crypto';

export type TarEntry = {name: string; type: string; mode: number; uid: number; gid: number; user: string; group: string; size: number; mtime: string; link: string; attributes: Record<string, string>; sha256: string};

const block = 512;

/** What a tar archive (ustar and pax) says, entry by entry; text as latin1, so that no byte is lost. Written apart from the code under test. */
export function readTar(bytes: Buffer): TarEntry[] {
	const entries: TarEntry[] = [];
	let pax = new Map<string, string>();
	for (let at = 0; ; ) {
		const header = bytes.subarray(at, at + block);
		if (header.length < block) throw new Error(`no end: ${bytes.length} bytes`);
		if (header.every(byte => byte === 0)) return entries;
		const text = (from: number, length: number): string => header.toString('latin1', from, from + length).replace(/\0.*$/s, '');
		const number = (from: number, length: number): number => Number.parseInt(text(from, length).trim() || '0', 8);
		const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
		if (sum !== number(148, 8)) throw new Error(`wrong checksum at ${at}`);
		const type = text(156, 1) || '0';
		const size = Number(pax.get('size') ?? number(124, 12));
		const content = bytes.subarray(at + block, at + block + size);
		at += block + Math.ceil(size / block) * block;
		if (type === 'x') {
			pax = recordsOf(content);
			continue;
		}
		const prefix = text(345, 155);
		entries.push({
			name: pax.get('path') ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`),
			type,
			mode: number(100, 8),
			uid: Number(pax.get('uid') ?? number(108, 8)),
			gid: Number(pax.get('gid') ?? number(116, 8)),
			user: pax.get('uname') ?? text(265, 32),
			group: pax.get('gname') ?? text(297, 32),
			size,
			mtime: pax.get('mtime') ?? String(number(136, 12)),
			link: pax.get('linkpath') ?? text(157, 100),
			attributes: Object.fromEntries([...pax].filter(([keyword]) => keyword.startsWith('SCHILY.')).sort(([a], [b]) => (a < b ? -1 : 1))),
			sha256: createHash('sha256').update(content).digest('hex'),
		});
		pax = new Map();
	}
}

function recordsOf(bytes: Buffer): Map<string, string> {
	const records = new Map<string, string>();
	for (let at = 0; at < bytes.length; ) {
		const space = bytes.indexOf(' ', at);
		const end = at + Number(bytes.toString('latin1', at, space));
		const record = bytes.toString('latin1', space + 1, end - 1);
		const equals = record.indexOf('=');
		records.set(record.slice(0, equals), record.slice(equals + 1));
		at = end;
	}
	return records;
}
