import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {bundle} from '../../scripts/bundle/bundle.ts';
import {projectRoot} from '../../scripts/suite/run-ava.ts';

/** The same files as in `dist/`, beside it: somebody may be building an image from that one. */
export async function bundleInto(directory: string): Promise<void> {
	await bundle('src/main.ts', {outdir: directory, write: true});
	await mkdir(directory, {recursive: true});
	await writeFile(join(directory, 'package.json'), '{"type": "module"}\n');
	await symlink(join(projectRoot, 'node_modules'), join(directory, 'node_modules'));
}
