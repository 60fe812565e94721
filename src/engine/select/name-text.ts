import {characterLength} from '../file-system/printable-path.ts';

/**
Names and the literal parts of globs as text that has no character with a meaning in a glob or a regular expression, so that nothing needs
escaping: ASCII punctuation becomes one of the 32 noncharacters from U+FDD0 on. UTF-8 otherwise stays as it is, and each byte that is not UTF-8
becomes one character from U+DC80 on (a lone surrogate, as in PEP 383), and so do the bytes of a name's own noncharacters. No two names become
the same text.
*/
export function nameText(name: Buffer): string {
	const text = name.toString('utf8');
	// Decoding puts U+FFFD in place of what is not UTF-8, but a name may contain that character itself.
	return text.includes('\ufffd') ? byteWise(name) : literalText(text);
}

/** The same for a literal part of a glob, which is text already. */
export const literalText = (text: string): string => text.replace(replaced, character => {
	const place = punctuation.indexOf(character);
	return place >= 0 ? String.fromCharCode(firstNoncharacter + place) : bytesText(Buffer.from(character));
});

/** `literalText` of one ASCII character given by its code. */
export const literalCharacter = (code: number): string => literalText(String.fromCharCode(code));

const punctuation = '!"#$%&\'()*+,-.:;<=>?@[\\]^`{|}~';
const firstNoncharacter = 0xfdd0;
const replaced = /[!-.:-@[-^`{-~\ufdd0-\ufdef]/g;

const bytesText = (bytes: Uint8Array): string => Array.from(bytes, byte => String.fromCharCode(0xdc00 + byte)).join('');

function byteWise(name: Buffer): string {
	let text = '';
	for (let at = 0; at < name.length; ) {
		const length = characterLength(name, at);
		text += length === 0 ? bytesText(name.subarray(at, at + 1)) : literalText(name.toString('utf8', at, at + length));
		at += Math.max(length, 1);
	}
	return text;
}
