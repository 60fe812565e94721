import {createHash} from 'node:crypto';
import {glob, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {buildDist} from './build.ts';
import {projectRoot} from './suite/run-ava.ts';
import {clusterAccess} from '../test/cluster/access.ts';
import {buildImage, pushImage, runtimeBase} from '../test/cluster/images.ts';
import {layoutOf} from '../test/cluster/layout.ts';
import {readRecord} from '../test/cluster/record.ts';

/** Builds the image from the working tree and pushes it to a test cluster's registry. Returns the name by which the cluster's pods pull it, tagged by its content. */
export async function buildAndPushImage(cluster: {registry: string}, log: (line: string) => void): Promise<string> {
	const dist = await buildDist();
	const tag = `lazarette:${await contentTag(dist)}`;
	await buildImage({tag, context: projectRoot, target: 'prebuilt', buildArgs: {RUNTIME_BASE: await runtimeBase(log)}, log});
	const digest = await pushImage({tag, registry: cluster.registry});
	log(`image registry.test/${tag} pushed (${digest.slice(0, 19)})`);
	return `registry.test/${tag}`;
}

async function contentTag(dist: string): Promise<string> {
	const hash = createHash('sha256').update(await readFile(join(projectRoot, 'Dockerfile')));
	const files = await Array.fromAsync(glob('**/*', {cwd: dist, withFileTypes: true}));
	for (const path of files.filter(file => file.isFile()).map(file => join(file.parentPath, file.name)).toSorted()) {
		hash.update(path.slice(dist.length)).update(await readFile(path));
	}

	return hash.digest('hex').slice(0, 12);
}

if (import.meta.main) {
	const name = process.argv[2] ?? 'dev';
	const record = await readRecord(name);
	if (!record) throw new Error(`there is no cluster ${name}; make it with: npm run cluster -- --name ${name} up`);
	console.log(await buildAndPushImage(clusterAccess(layoutOf(name, record.slot), record), line => console.error(line)));
}
