export type XmlElement = {
	/** Without its namespace's prefix. */
	name: string;
	/** Its own text, without that of its children. */
	text: string;
	children: XmlElement[];
};

/**
Reads the small XML documents that S3 stores answer with: elements, text, character references, CDATA. Attributes, comments, declarations and processing
instructions are passed over. A document with a DTD, which could define entities, or that is not well-formed is none: undefined.
*/
export function parseXml(document: string): XmlElement | undefined {
	const root: XmlElement = {name: '', text: '', children: []};
	const open = [root];
	// In this order: what the later alternatives would take for a tag comes first.
	const token = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s<>=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/)?>|([^<]+)/gy;
	while (token.lastIndex < document.length) {
		const match = token.exec(document);
		const innermost = open.at(-1);
		if (!match || !innermost) return undefined;

		const [, data, closed, opened, , empty, text] = match;
		if (data !== undefined) innermost.text += data;
		else if (closed !== undefined) {
			if (open.length === 1 || localName(closed) !== innermost.name) return undefined;
			open.pop();
		} else if (opened !== undefined) {
			const element = {name: localName(opened), text: '', children: []};
			innermost.children.push(element);
			if (empty === undefined) open.push(element);
		} else if (text !== undefined) {
			const decoded = decodeReferences(text);
			if (decoded === undefined) return undefined;
			innermost.text += decoded;
		}
	}

	const [element] = root.children;
	return open.length === 1 && root.children.length === 1 && /^\uFEFF?\s*$/.test(root.text) ? element : undefined;
}

export const childrenOf = ({children}: XmlElement, name: string): XmlElement[] => children.filter(child => child.name === name);

/** The text of the first child of that name. */
export const childText = ({children}: XmlElement, name: string): string | undefined => children.find(child => child.name === name)?.text;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const named: Record<string, string> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

/** Undefined for a reference that means nothing here. */
function decodeReferences(text: string): string | undefined {
	if (!text.includes('&')) return text;
	let valid = true;
	const decoded = text.replace(/&([^;&]{0,16};)?/g, (_, reference: string | undefined) => {
		const name = reference?.slice(0, -1) ?? '';
		const [, hex, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
		const code = hex === undefined ? (decimal === undefined ? undefined : Number(decimal)) : parseInt(hex, 16);
		if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
		if (Object.hasOwn(named, name)) return named[name] ?? '';
		valid = false;
		return '';
	});
	return valid ? decoded : undefined;
}
