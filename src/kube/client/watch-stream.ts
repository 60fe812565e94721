import {KubeError} from '../kube-error.ts';
import type {KubeObject} from '../object.ts';
import {failureOfStatus} from './failure.ts';
import type {Subject} from './failure.ts';
import type {WatchEvent} from './kube-client.ts';

const newline = 0x0a;

/** etcd refuses objects above 1.5 MiB, so a longer line is not an event. */
const longestLine = 16 * 1024 * 1024;

/** The events of a watch's body: one JSON document a line. @throws KubeError for an ERROR event, with the code of its Status */
export async function* readEvents<T extends KubeObject>(chunks: AsyncIterable<Buffer>, subject: Subject): AsyncIterable<WatchEvent<T>> {
	for await (const line of lines(chunks, subject)) yield eventOf<T>(line, subject);
}

async function* lines(chunks: AsyncIterable<Buffer>, subject: Subject): AsyncIterable<string> {
	let pending: Buffer[] = [];
	let pendingLength = 0;
	for await (const chunk of chunks) {
		let start = 0;
		for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
			const line = Buffer.concat([...pending, chunk.subarray(start, end)]).toString('utf8');
			pending = [];
			pendingLength = 0;
			start = end + 1;
			if (line) yield line;
		}

		if (start < chunk.length) pending.push(chunk.subarray(start));
		pendingLength += chunk.length - start;
		if (pendingLength > longestLine) throw badAnswer(subject, `an event is longer than ${longestLine} bytes`);
	}

	if (pendingLength > 0) throw badAnswer(subject, 'the last event is cut off');
}

function eventOf<T extends KubeObject>(line: string, subject: Subject): WatchEvent<T> {
	const event = parse(line, subject);
	switch (event.type) {
		case 'ADDED':
		case 'MODIFIED':
		case 'DELETED':
			return {type: event.type, object: event.object as T};
		case 'BOOKMARK':
			return {type: 'BOOKMARK', resourceVersion: event.object?.metadata?.resourceVersion ?? ''};
		case 'ERROR':
			throw failureOfStatus(subject, event.object);
		default:
			throw badAnswer(subject, 'an event has no known type');
	}
}

function parse(line: string, subject: Subject): {type?: string; object?: KubeObject} {
	try {
		return JSON.parse(line) as {type?: string; object?: KubeObject};
	} catch {
		throw badAnswer(subject, 'an event is not JSON');
	}
}

const badAnswer = (subject: Subject, what: string): KubeError => new KubeError(`${subject.verb} ${subject.target}: ${what}`, {status: 0, reason: 'BadAnswer'});
