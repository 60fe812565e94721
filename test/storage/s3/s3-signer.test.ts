import test from 'ava';
import {createSigner} from '../../../src/storage/s3/s3-signer.ts';
import type {Clock} from '../../../src/base/clock.ts';

const clock: Clock = {now: () => new Date('2013-05-24T00:00:00Z'), monotonicMs: () => 0, sleep: async () => undefined};
// The account of Amazon's documentation, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
const credentials = async () => ({accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'});
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const hostname = 'examplebucket.s3.amazonaws.com';
const signer = () => createSigner({region: 'us-east-1', credentials, clock});
const signatureOf = ({authorization}: Record<string, string>): string => /Signature=(\w+)$/.exec(authorization ?? '')?.[1] ?? '';

test('requests have the signatures that Amazon publishes', async t => {
	const get = await signer().sign({method: 'GET', path: '/test.txt', query: {}, headers: {host: hostname, range: 'bytes=0-9', 'x-amz-content-sha256': empty}});
	t.is(signatureOf(get), 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
	const list = await signer().sign({method: 'GET', path: '/', query: {'max-keys': '2', prefix: 'J'}, headers: {host: hostname, 'x-amz-content-sha256': empty}});
	t.is(signatureOf(list), '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
	const lifecycle = await signer().sign({method: 'GET', path: '/', query: {lifecycle: ''}, headers: {host: hostname, 'x-amz-content-sha256': empty}});
	t.is(signatureOf(lifecycle), 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
	const content = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072';
	const put = await signer().sign({method: 'PUT', path: '/test%24file.text', query: {}, headers: {host: hostname, date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY', 'x-amz-content-sha256': content}});
	t.is(signatureOf(put), '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
});

test('queries are signed in the order of their names, whatever follows these, and values of headers without needless spaces', async t => {
	const sign = async (query: Record<string, string>, range: string): Promise<string> => signatureOf(await signer().sign({method: 'GET', path: '/', query, headers: {host: hostname, range, 'x-amz-content-sha256': empty}}));
	const one = await sign({'list-type': '2', list: "it's (a) *", prefix: 'ä/!'}, 'bytes=0-9');
	t.is(await sign({prefix: 'ä/!', list: "it's (a) *", 'list-type': '2'}, '  bytes=0-9 '), one);
	t.is(one, 'ecce20940add2ec97bc3c0ea8ba7b812bcc91093e041b69608298f576fcdfa0e');
});

test('the name of the program may be changed on the way', async t => {
	const headers = {host: hostname, 'x-amz-content-sha256': empty};
	const named = await signer().sign({method: 'GET', path: '/', query: {}, headers: {...headers, 'user-agent': 'lazarette'}});
	t.is(signatureOf(named), signatureOf(await signer().sign({method: 'GET', path: '/', query: {}, headers})));
	t.is(named['user-agent'], 'lazarette');
});

test('a session token is sent and signed', async t => {
	const headers = await createSigner({region: 'eu-west-1', clock, credentials: async () => ({...(await credentials()), sessionToken: 'token'})}).sign({method: 'GET', path: '/', query: {}, headers: {host: hostname, 'x-amz-content-sha256': empty}});
	t.is(headers['x-amz-security-token'], 'token');
	t.regex(headers.authorization ?? '', /Credential=AKIAIOSFODNN7EXAMPLE\/20130524\/eu-west-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/);
});

test('where the clocks differ by minutes, the next request is signed with the time of the store', async t => {
	const one = signer();
	const dateOf = async (): Promise<string | undefined> => (await one.sign({method: 'GET', path: '/', query: {}, headers: {host: hostname, 'x-amz-content-sha256': empty}}))['x-amz-date'];
	one.learnTime('Fri, 24 May 2013 00:04:00 GMT');
	one.learnTime(undefined);
	one.learnTime('soon');
	t.is(await dateOf(), '20130524T000000Z');
	one.learnTime('Fri, 24 May 2013 01:00:00 GMT');
	t.is(await dateOf(), '20130524T010000Z');
	one.learnTime('Thu, 23 May 2013 22:00:00 GMT');
	t.is(await dateOf(), '20130523T220000Z');
});
