import {createHash} from 'node:crypto';
import test from 'ava';
import {isGeneratedPassword} from '../../../../src/repository/restic/crypto/generated-password.ts';
import {seededRandom} from './_seeded-random.ts';

test('32 random bytes in base64 are known as generated, in either alphabet, with and without padding', t => {
	const random = seededRandom(11);
	const accepted = Array.from({length: 2000}, () => random.bytes(32)).filter(bytes => {
		const forms = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('base64').replace('=', '')];
		const known = forms.map(isGeneratedPassword);
		// The alphabets differ in two symbols, which a test for sequences may judge differently.
		return known[0] && known[2];
	});
	t.true(accepted.length > 1970, `${accepted.length} of 2000`);
});

const refused: Record<string, string> = {
	'a word': 'hunter2',
	'nothing': '',
	'words of the right length': 'CorrectHorseBatteryStapleCorrectHorseBatter4',
	'words and digits with an equals sign': 'Correct7Horse1Battery9Staple3Summer2026Wint=',
	'a keyboard': 'QwErTyUiOpAsDfGhJkLzXcVbNm1234567890QwErTyU=',
	'an alphabet': 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ=',
	'one letter': 'A'.repeat(43),
	'a pattern': 'aB3'.repeat(14) + 'A=',
	'base64 of a sentence': Buffer.from('the cat sat on the mat, twice!!!').toString('base64'),
	'the SHA-256 of a word, in hex': createHash('sha256').update('hunter2').digest('hex'),
	'the MD5 of a word': createHash('md5').update('hunter2').digest('hex'),
	'16 random bytes': 'nIRQ4gvWa2FFIEvPw7N0sA==',
	'31 random bytes': Buffer.from('WbB2bMIj8SpHBGLLaj2wxaJALwqNkCs1NZWq2aokf9w=', 'base64').subarray(1).toString('base64'),
	'33 random bytes': Buffer.concat([Buffer.from('WbB2bMIj8SpHBGLLaj2wxaJALwqNkCs1NZWq2aokf9w=', 'base64'), Buffer.of(200)]).toString('base64'),
	'base64 that no encoder writes': 'WbB2bMIj8SpHBGLLaj2wxaJALwqNkCs1NZWq2aokf9x=',
	'a space at the end': 'WbB2bMIj8SpHBGLLaj2wxaJALwqNkCs1NZWq2aokf9w= ',
	'two equals signs': 'WbB2bMIj8SpHBGLLaj2wxaJALwqNkCs1NZWq2aokf9w==',
};
for (const [what, password] of Object.entries(refused)) {
	test(`${what} is not taken for a generated password`, t => {
		t.false(isGeneratedPassword(password));
	});
}
