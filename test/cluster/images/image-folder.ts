import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Blob, PushableImage} from './registry-client.ts';

type Descriptor = {mediaType: string; digest: string; size: number};

/** The image in a folder of the `dir` form (`manifest.json` and blobs named by their hash), ready to be pushed; blobs are read one at a time. */
export async function imageOfFolder(folder: string): Promise<PushableImage> {
	const text = await readFile(join(folder, 'manifest.json'));
	const {mediaType, config, layers} = JSON.parse(text.toString()) as {mediaType: string; config: Descriptor; layers: Descriptor[]};
	const asBlob = (descriptor: Descriptor): Blob => ({...descriptor, content: async () => readFile(join(folder, descriptor.digest.replace('sha256:', '')))});
	return {
		manifest: {mediaType, digest: `sha256:${createHash('sha256').update(text).digest('hex')}`, size: text.length, content: async () => text},
		blobs: [config, ...layers].map(asBlob),
	};
}
