import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';

/** Replaces a file in one step, and only when its content differs. */
export async function writeIfChanged(path: string, content: string, mode = 0o644): Promise<void> {
	if ((await readFile(path, 'utf8').catch(() => undefined)) === content) return;
	await mkdir(dirname(path), {recursive: true});
	await writeFile(`${path}.new`, content, {mode});
	await rename(`${path}.new`, path);
}
