/** What is encoded: 256 bits. */
const bytesOfPassword = 32;

/**
Whether a password is 32 random bytes in base64 (either alphabet, with or without its `=`), as this project's own recipes make it, and not something a person
thought up. Such a password can not be guessed, so nothing is gained by making each guess expensive.

Nobody can prove that a text is random. The form alone is one that people do not invent and digests are not printed in (those are hex, which is never
accepted here); what looks made up all the same is refused, and one in two hundred random passwords with it, which then is only derived more slowly.
*/
export function isGeneratedPassword(password: string): boolean {
	const text = password.endsWith('=') ? password.slice(0, -1) : password;
	const bytes = Buffer.from(text, 'base64');
	if (bytes.length !== bytesOfPassword) return false;
	if (text !== unpadded(bytes, 'base64') && text !== bytes.toString('base64url')) return false;
	return changesOfClass(text) >= 17 && new Set(text).size >= 24 && !repeatsItself(text) && !hasSequence(text) && printable(bytes) < 26;
}

const unpadded = (bytes: Buffer, encoding: 'base64'): string => bytes.toString(encoding).replace(/=+$/, '');

/** Words stay within small letters; of the 42 steps of a random text, 27 lead from one class to another. */
function changesOfClass(text: string): number {
	const classes = Array.from(text, character => (/[a-z]/.test(character) ? 'small' : /[A-Z]/.test(character) ? 'capital' : 'other'));
	return classes.filter((kind, index) => index > 0 && kind !== classes[index - 1]).length;
}

function repeatsItself(text: string): boolean {
	const triples = Array.from({length: text.length - 2}, (_, index) => text.slice(index, index + 3));
	return new Set(triples).size < triples.length;
}

/** `aaaa`, `abcd`, `4321`. */
function hasSequence(text: string): boolean {
	const steps = Array.from({length: text.length - 1}, (_, index) => text.charCodeAt(index + 1) - text.charCodeAt(index));
	return steps.some((step, index) => Math.abs(step) <= 1 && step === steps[index + 1] && step === steps[index + 2]);
}

/** Of random bytes 12 of 32 are printable ASCII; text that somebody encoded is so throughout. */
const printable = (bytes: Buffer): number => bytes.filter(byte => byte >= 0x20 && byte < 0x7f).length;
