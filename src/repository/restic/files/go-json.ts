import {isUtf8} from 'node:buffer';
import {runeAt, runeLength} from './utf8.ts';

// Snapshot and tree IDs are hashes of JSON text, so equal things have equal IDs only when the text is Go's to the byte.
const plainAscii = /^[ !#-%'-;=?-[\]-~]*$/;
// Control characters without U+007F to U+009F, which Go leaves as they are.
const needsEscape = /["\\<>&\u2028\u2029]|[^\P{Cc}\u007F-\u009F]|\p{Cs}/gu;

const shortEscapes: Record<string, string> = {'"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t'};

/** A JSON string with its quotes, as Go's encoding/json writes it by default (HTML-safe). A lone surrogate becomes `\ufffd`. */
export function goJsonString(text: string): string {
	return plainAscii.test(text) ? `"${text}"` : `"${text.replace(needsEscape, escapeCharacter)}"`;
}

/** A JSON string of raw bytes; each byte that is not UTF-8 becomes `\ufffd`. */
export function goJsonBytes(bytes: Uint8Array): string {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	if (isUtf8(bytes)) return goJsonString(buffer.toString('utf8'));

	let text = '';
	let from = 0;
	for (let at = 0; at < bytes.length; ) {
		const rune = runeAt(bytes, at);
		if (rune === -1) {
			text += `${goJsonString(buffer.toString('utf8', from, at)).slice(1, -1)}\\ufffd`;
			from = at + 1;
		}

		at += rune === -1 ? 1 : runeLength(rune);
	}

	return `"${text}${goJsonString(buffer.toString('utf8', from)).slice(1, -1)}"`;
}

/** A whole value: members in their order, undefined ones omitted, bigints as integers. */
export function goJson(value: unknown): string {
	if (typeof value === 'string') return goJsonString(value);
	if (typeof value === 'bigint') return String(value);
	if (Array.isArray(value)) return `[${value.map(item => goJson(item)).join(',')}]`;
	if (typeof value === 'object' && value !== null) {
		const members = Object.entries(value).filter(([, member]) => member !== undefined);
		return `{${members.map(([name, member]) => `${goJsonString(name)}:${goJson(member)}`).join(',')}}`;
	}

	return JSON.stringify(value) ?? 'null';
}

/** As JSON.parse, but integers that a double cannot hold become bigints, so that `goJson` gives them back unchanged. */
export function parseGoJson(text: string): unknown {
	return JSON.parse(text, function (this: unknown, _name: string, value: unknown, context?: {source?: string}) {
		const exact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '');
		return exact ? BigInt(context?.source ?? 0) : value;
	});
}

function escapeCharacter(character: string): string {
	const short = shortEscapes[character];
	if (short) return short;
	const code = character.charCodeAt(0);
	return code >= 0xd800 && code <= 0xdfff ? '\\ufffd' : `\\u${code.toString(16).padStart(4, '0')}`;
}
