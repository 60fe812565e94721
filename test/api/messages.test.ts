import test from 'ava';
import {faultsOfMessage} from '../../src/api/v1alpha1/checks/messages.ts';

const fit = [
	'2 of 2 volumes archived; 1 file could not be read (onUnreadableFile: Warn)',
	'Secret shop/offsite-key has no key "password"; add it, the repository is looked at again within a minute',
	'no key of the repository opens with the password of Secret shop/offsite-key',
	'https://s3.example.net:9000 does not answer (ECONNREFUSED); next attempt at 2026-11-22T02:31:44Z',
	'pattern "**/{cache" of exclude cannot be used: a brace is not closed',
	'wrong password: no key of the repository opens with it',
];

for (const message of fit) {
	test(`fit for a person: ${message}`, t => {
		t.deepEqual(faultsOfMessage(message), []);
	});
}

const unfit: [string, unknown, RegExp][] = [
	['nothing', '', /is empty/v],
	['no text', undefined, /is empty/v],
	['a bare word', 'AccessDenied', /is a word/v],
	['several lines', 'it failed\nbadly', /several lines/v],
	['an endless text', `it failed ${'a'.repeat(2100)}`, /longer/v],
	['a value that was not there', 'claim undefined is not bound', /left behind/v],
	['an object printed as such', 'failed with [object Object] here', /left behind/v],
	['a stack trace', 'it failed at run (/app/main.js:10:5)', /left behind/v],
	['an XML body', 'store said <?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /raw response body/v],
	['a JSON body', '{"kind": "Status", "message": "no"}', /raw response body/v],
	['a private key', 'cannot read -----BEGIN PRIVATE KEY-----', /holds a credential/v],
	['an access key', 'user AKIAIOSFODNN7EXAMPLE may not do this', /holds a credential/v],
	['a signed URL', 'GET https://s3/x?X-Amz-Signature=00 failed', /holds a credential/v],
	['a password', 'the login failed with password=hunter2 today', /may hold a credential/v],
	['a password in JSON', 'the body was "secretAccessKey": "abc" as sent', /may hold a credential/v],
	['a URL with a password', 'https://user:secret@s3.example.net does not answer', /in a URL/v],
];

for (const [title, message, fault] of unfit) {
	test(`unfit for a person: ${title}`, t => {
		const faults = faultsOfMessage(message);
		t.true(faults.some(sentence => fault.test(sentence)), `found: ${faults.join(', ') || 'nothing'}`);
	});
}
