import fc from 'fast-check';

const firstSurrogate = 0xd800;
const surrogates = 0x800;

/** Any code point, for `unit`: what fast-check's own `binary` is and as likely, without its table of all the million, which costs each process a second. */
export const anyCharacter = fc.nat({max: 0x10ffff - surrogates}).map(
	number => String.fromCodePoint(number < firstSurrogate ? number : number + surrogates),
	character => {
		const code = typeof character === 'string' ? (character.codePointAt(0) ?? -1) : -1;
		if (code < 0 || String.fromCodePoint(code) !== character || (code >= firstSurrogate && code < firstSurrogate + surrogates)) throw new TypeError('not one character');
		return code < firstSurrogate ? code : code - surrogates;
	},
);
