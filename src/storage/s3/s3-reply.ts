import {childText, parseXml} from './xml.ts';
import type {IncomingMessage} from 'node:http';
import {headersOf} from './transport.ts';

/** A page of a listing has a thousand keys of at most a thousand bytes each, escaped; more is no reply to any of our requests. */
const maxTextBytes = 16 * 1024 * 1024;

/** The whole body as text. @throws Error when it is larger than any reply that is meant for us */
export async function readReplyText(incoming: IncomingMessage): Promise<string> {
	const pieces: Buffer[] = [];
	let size = 0;
	for await (const piece of incoming as AsyncIterable<Buffer>) {
		size += piece.length;
		if (size > maxTextBytes) throw new Error(`a reply of more than ${maxTextBytes} bytes`);
		pieces.push(piece);
	}
	return Buffer.concat(pieces).toString('utf8');
}

/** Reads a body that nobody needs, so that its connection can be used again. */
export async function discardReply(incoming: IncomingMessage): Promise<void> {
	for await (const _ of incoming) continue;
}

/** A refusal in the form of the AWS SDK's errors, which the credential providers throw as well. The store's own words are left out: they may quote the signature. */
export function replyError(reply: Pick<IncomingMessage, 'statusCode' | 'headers'>, body: string, method: string): Error {
	const {statusCode = 0} = reply;
	const headers = headersOf(reply);
	return Object.assign(new Error(`HTTP ${statusCode}`), {
		name: errorCode(body) ?? (method === 'HEAD' && statusCode === 404 ? 'NotFound' : 'Error'),
		$metadata: {httpStatusCode: statusCode, ...(headers['x-amz-request-id'] && {requestId: headers['x-amz-request-id']})},
		$response: {statusCode, headers},
	});
}

/** What answers may be no S3 store, and then its page is no XML. */
function errorCode(body: string): string | undefined {
	const root = parseXml(body);
	return root?.name === 'Error' ? childText(root, 'Code') : undefined;
}
