import {mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {ensureImagePackages} from './binaries/packages.ts';
import {buildInto, withBuildah} from './images/buildah.ts';
import {folderOfTag, removeOldImages, withImage} from './images/built-images.ts';
import {imageOfFolder} from './images/image-folder.ts';
import {push} from './images/registry-client.ts';
import type {Log} from './cached-folder.ts';

export {buildBase, runtimeBase} from './images/base-images.ts';

export type ImageBuild = {
	/** `NAME:TAG`, without a registry. */
	tag: string;
	context: string;
	/** Default: `Dockerfile` in the context. */
	dockerfile?: string;
	/** A value `dir:FOLDER`, as `runtimeBase` and `buildBase` return, names a base image. */
	buildArgs?: Record<string, string>;
	/** Stage to stop at; default: the last. */
	target?: string;
	log?: Log;
	signal?: AbortSignal;
};

/** Builds an image from a Dockerfile, without a daemon, and keeps it in the cache under its tag until the next build of that tag, or until some others of its name came after it. */
export async function buildImage({tag, context, dockerfile = join(context, 'Dockerfile'), target: stage, buildArgs, log = () => undefined, signal}: ImageBuild): Promise<void> {
	const target = folderOfTag(tag);
	await ensureImagePackages(log);
	await withImage(target, async () => {
		const begun = performance.now();
		const partial = `${target}.partial`;
		await rm(partial, {recursive: true, force: true});
		await mkdir(dirname(target), {recursive: true});
		await withBuildah(`${target}.work`, async buildah => buildInto(buildah, partial, {context, dockerfile, ...(stage ? {stage} : {}), ...(buildArgs ? {buildArgs} : {})}, signal));
		await rm(target, {recursive: true, force: true});
		await rename(partial, target);
		log(`image ${tag}: built in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
	});
	await removeOldImages(tag.split(':')[0]!);
}

/** Pushes a built image to a cluster's registry (`cluster.registry`) and returns its digest. Pods then name it `registry.test/NAME:TAG` or `registry.test/NAME@DIGEST`. */
export async function pushImage({tag, registry}: {tag: string; registry: string}): Promise<string> {
	const [name = '', version = 'latest'] = tag.split(':');
	const target = folderOfTag(tag);
	return withImage(target, async () => push(registry, name, version, await imageOfFolder(target)));
}
