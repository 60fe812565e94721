import {cp, mkdir, rm, stat, writeFile} from 'node:fs/promises';
import {extname, join} from 'node:path';
import {bundle, externalPackages} from './bundle/bundle.ts';
import {projectRoot} from './suite/run-ava.ts';

/** `npm run build`: a folder with the bundle and the native addons beside it; all the image needs besides Node. */
export async function buildDist(dist: string = join(projectRoot, 'dist')): Promise<string> {
	await rm(dist, {recursive: true, force: true});
	await bundle('src/main.ts', {outdir: dist, write: true});
	await writeFile(join(dist, 'package.json'), '{"type": "module"}\n');
	for (const name of externalPackages) await copyPackage(name, dist);
	return dist;
}

/** What runs, without sources, documentation and declarations. */
const wanted = new Set(['.js', '.cjs', '.json', '.node', '.txt']);

async function copyPackage(name: string, dist: string): Promise<void> {
	const to = join(dist, 'node_modules', name);
	await mkdir(to, {recursive: true});
	await cp(join(projectRoot, 'node_modules', name), to, {
		recursive: true,
		filter: async source => (await stat(source)).isDirectory() || wanted.has(extname(source)),
	});
}

if (import.meta.main) {
	const dist = await buildDist();
	console.log(`built ${dist}`);
}
