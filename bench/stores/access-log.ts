/** Counts the requests in an access log of the form that Amazon S3 has; lines of other kinds are none. */
export function readAccessLog(text: string): {requests: number; byOperation: Record<string, number>} {
	const byOperation: Record<string, number> = {};
	let requests = 0;
	for (const [, operation = ''] of text.matchAll(/^\S+ \S+ \[[^\]]+\] \S+ \S+ \S+ (s3_\w+) /gm)) {
		requests++;
		byOperation[operation] = (byOperation[operation] ?? 0) + 1;
	}
	return {requests, byOperation};
}
