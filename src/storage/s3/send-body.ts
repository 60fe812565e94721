import type {ClientRequest} from 'node:http';

/**
Writes a request's body piece by piece, each only when the one before has left this process, and ends the request.
Stops quietly when the request is over before its body is: then the response, or the request's own error, tells what happened.
*/
export async function sendBody(outgoing: ClientRequest, body: unknown): Promise<void> {
	if (body === undefined || body === null || body === '') {
		outgoing.end();
	} else if (typeof body === 'string' || body instanceof Uint8Array) {
		outgoing.end(body);
	} else if (isAsyncIterable(body)) {
		await sendPieces(outgoing, body);
	} else {
		throw new TypeError('this transport sends text, bytes and async iterables of bytes');
	}
}

async function sendPieces(outgoing: ClientRequest, pieces: AsyncIterable<Uint8Array>): Promise<void> {
	const over = new Promise<boolean>(resolve => {
		const end = (): void => resolve(false);
		outgoing.once('close', end).once('response', end);
	});
	for await (const piece of pieces) {
		if (outgoing.destroyed || !(await Promise.race([written(outgoing, piece), over]))) return;
	}

	outgoing.end();
}

/** Whether the piece went out; the request's `error` event tells why not. */
async function written(outgoing: ClientRequest, piece: Uint8Array): Promise<boolean> {
	return new Promise(resolve => {
		outgoing.write(piece, error => resolve(!error));
	});
}

const isAsyncIterable = (body: unknown): body is AsyncIterable<Uint8Array> => typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
