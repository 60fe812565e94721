/** One name for people: UTF-8 as it is; backslashes, control characters and bytes that are not UTF-8 as `\xNN`, so that two names never print alike. */
export function printableName(name: Uint8Array): string {
	const text = Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString('utf8');
	if (plain.test(text)) return text;
	let printed = '';
	for (let at = 0; at < name.length; ) {
		const length = characterLength(name, at);
		const character = length > 0 ? Buffer.from(name.subarray(at, at + length)).toString('utf8') : '';
		printed += plain.test(character) ? character : escaped(name.subarray(at, at + Math.max(length, 1)));
		at += Math.max(length, 1);
	}
	return printed;
}

export const printablePath = (names: readonly Uint8Array[]): string => `/${names.map(name => printableName(name)).join('/')}`;

/** Bytes of the UTF-8 character at `at`, 0 when there is none. */
export function characterLength(bytes: Uint8Array, at: number): number {
	const first = bytes[at] ?? 0;
	const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
	if (length < 2) return length;
	if (at + length > bytes.length) return 0;
	for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
	const second = bytes[at + 1]!;
	// Overlong forms, UTF-16 surrogates and code points above U+10FFFF look like characters but are none (RFC 3629 §4).
	if (first === 0xe0 && second < 0xa0) return 0;
	if (first === 0xed && second > 0x9f) return 0;
	if (first === 0xf0 && second < 0x90) return 0;
	if (first === 0xf4 && second > 0x8f) return 0;
	return length;
}

// eslint-disable-next-line no-control-regex
const plain = /^[^\u0000-\u001f\u007f-\u009f\\\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]+$/;

const escaped = (bytes: Uint8Array): string => Array.from(bytes, byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
