import {isPrintable} from './printable.ts';
import {runeAt, runeLength} from './utf8.ts';

const plainAscii = /^[ !#-[\]-~]*$/;

/** Go's letters for the control characters 7 to 13. */
const controlLetters = 'abtnvfr';

/**
Raw name bytes as Go's strconv.Quote writes them, without the outer quotes: this is how a tree holds names that need not be UTF-8. What is
printable was fixed with Unicode 15. The result still has to be made a JSON string.
*/
export function quoteName(name: Uint8Array): string {
	const buffer = Buffer.from(name.buffer, name.byteOffset, name.length);
	const ascii = buffer.toString('latin1');
	if (plainAscii.test(ascii)) return ascii;

	let text = '';
	for (let at = 0; at < name.length; ) {
		const rune = runeAt(name, at);
		text += rune === -1 ? `\\x${hex(name[at] ?? 0, 2)}` : quoteRune(rune);
		at += rune === -1 ? 1 : runeLength(rune);
	}

	return text;
}

function quoteRune(rune: number): string {
	if (rune === 0x22 || rune === 0x5c) return `\\${String.fromCodePoint(rune)}`;
	if (isPrintable(rune)) return String.fromCodePoint(rune);
	const letter = rune >= 7 ? controlLetters[rune - 7] : undefined;
	if (letter) return `\\${letter}`;
	if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
	return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

// One item of a quotation as strconv.Unquote accepts it between double quotes: raw text, or an escape by letter, bytes (\xNN, octal) or code point.
const item = /([^"\\\n]+)|\\(?:([abfnrtv"\\])|x([\da-fA-F]{2})|([0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;

/** The inverse, or undefined when the text is no such quotation. */
export function unquoteName(text: string): Buffer | undefined {
	if (!text.includes('\\')) return text.includes('"') || text.includes('\n') ? undefined : Buffer.from(text);

	const parts: Buffer[] = [];
	item.lastIndex = 0;
	while (item.lastIndex < text.length) {
		const match = item.exec(text);
		if (!match) return undefined;
		const [, raw, letter, byte, octal, short, long] = match;
		const rune = short ?? long;
		if (raw !== undefined) parts.push(Buffer.from(raw));
		else if (letter !== undefined) parts.push(Buffer.of(letter === '"' || letter === '\\' ? letter.charCodeAt(0) : controlLetters.indexOf(letter) + 7));
		else if (rune !== undefined) {
			const code = Number.parseInt(rune, 16);
			if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
			parts.push(Buffer.from(String.fromCodePoint(code)));
		} else parts.push(Buffer.of(byte === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(byte, 16)));
	}

	return Buffer.concat(parts);
}
