import {readFileSync} from 'node:fs';
import {SourceMap} from 'node:module';
import {dirname, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

/**
An error's stack with the places of the sources instead of those of the bundle, as far as a map lies beside it. Node's own way,
`--enable-source-maps`, costs every process several MiB from its start for what happens in very few.
*/
export function sourceStack({stack = ''}: Error): string {
	const maps = new Map<string, SourceMap | undefined>();
	return stack.replace(/(file:\/\/[^\s()]+):(\d+):(\d+)/g, (place, url: string, line: string, column: string) => {
		if (!maps.has(url)) maps.set(url, readMap(url));
		const found = maps.get(url)?.findEntry(Number(line) - 1, Number(column) - 1);
		if (!found || !('originalSource' in found)) return place;
		return `${resolve(dirname(fileURLToPath(url)), found.originalSource)}:${found.originalLine + 1}:${found.originalColumn + 1}`;
	});
}

function readMap(url: string): SourceMap | undefined {
	try {
		return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')) as ConstructorParameters<typeof SourceMap>[0]);
	} catch {
		return undefined;
	}
}
