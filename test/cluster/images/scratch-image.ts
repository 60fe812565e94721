import {createHash} from 'node:crypto';
import {gzipSync} from 'node:zlib';
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import type {Blob, PushableImage} from './registry-client.ts';

/** A one-layer image of a folder's content: all that a static program needs, and the same bytes for the same folder. */
export async function scratchImage(folder: string, process: {entrypoint?: string[]; command?: string[]; environment?: string[]}): Promise<PushableImage> {
	const tar = await promisify(execFile)('tar', ['--create', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--directory', folder, '.'], {
		encoding: 'buffer',
		maxBuffer: 2 ** 28,
	});
	const layer = blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar.stdout));
	const config = blob(
		'application/vnd.oci.image.config.v1+json',
		json({
			architecture: architecture(),
			os: 'linux',
			config: {Entrypoint: process.entrypoint, Cmd: process.command, Env: process.environment},
			rootfs: {type: 'layers', diff_ids: [digestOf(tar.stdout)]},
		}),
	);
	const reference = ({mediaType, digest, size}: Blob): object => ({mediaType, digest, size});
	const mediaType = 'application/vnd.oci.image.manifest.v1+json';
	const manifest = blob(mediaType, json({schemaVersion: 2, mediaType, config: reference(config), layers: [reference(layer)]}));
	return {manifest, blobs: [config, layer]};
}

const blob = (mediaType: string, content: Buffer): Blob => ({mediaType, digest: digestOf(content), size: content.length, content: async () => content});

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

const architecture = (): string => (process.arch === 'x64' ? 'amd64' : process.arch);
