import {validateHeaderName, validateHeaderValue} from '../node-http.ts';

/** A request without a body, as it is sent. `target` is escaped. @throws TypeError for a name or a value that could end its line */
export function requestHead(method: string, target: string, headers: Record<string, string>): string {
	if (/[^\x21-\x7e]/.test(target)) throw new TypeError('a request target is not escaped');
	const lines = Object.entries(headers).map(([name, value]) => {
		validateHeaderName(name);
		validateHeaderValue(name, value);
		return `${name}: ${value}\r\n`;
	});
	return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
