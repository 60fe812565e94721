/** What a reply begins with, as far as it concerns us. */
export type ResponseHead = {
	statusCode: number;
	/** Names in lower case; values of the same name joined by commas. */
	headers: Record<string, string>;
	/** Bytes of the body; undefined when the head does not say plainly where the body ends. */
	length: number | undefined;
	/** Whether the connection stays open after the body. */
	keepsOpen: boolean;
};

/** As large as Node's own parser accepts them. */
export const mostHeadBytes = 16 * 1024;

const statusLine = /^HTTP\/1\.([01]) ([2-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const fieldLine = /^([!#$%&'*+.^_`|~\dA-Za-z-]+):[\t ]*((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[\t ]*$/;

/**
Reads the head of a reply, from its first byte up to the empty line, without that (RFC 9112). Undefined for one that is not well-formed, has lines that are folded, or
is no final reply: whatever that is, a parser for all of HTTP has to judge it.
*/
export function parseResponseHead(text: string): ResponseHead | undefined {
	const [first = '', ...lines] = text.split('\r\n');
	const [, minor, status] = statusLine.exec(first) ?? [];
	if (minor === undefined || status === undefined) return undefined;

	const fields = new Map<string, string>();
	for (const line of lines) {
		const [, name, value] = fieldLine.exec(line) ?? [];
		if (name === undefined || value === undefined) return undefined;
		const before = fields.get(name.toLowerCase());
		fields.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
	}

	// One length and nothing beside it that could give the body another: what is read in two ways could be made to end in two places.
	const length = fields.get('content-length') ?? '';
	const isPlain = /^\d{1,15}$/.test(length) && !fields.has('transfer-encoding') && status !== '204' && status !== '304';
	const options = (fields.get('connection') ?? '').toLowerCase().split(/[\t ]*,[\t ]*/);
	return {statusCode: Number(status), headers: Object.fromEntries(fields), length: isPlain ? Number(length) : undefined, keepsOpen: minor === '1' && !options.includes('close')};
}
