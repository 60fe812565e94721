export type Blob = {mediaType: string; digest: string; size: number; content(): Promise<Buffer>};

export type PushableImage = {manifest: Blob; blobs: Blob[]};

/** Puts an image into a registry that needs neither TLS nor a login, over the distribution API; what is there already is not sent again. Returns the image's digest. */
export async function push(registry: string, repository: string, tag: string, image: PushableImage): Promise<string> {
	const base = `http://${registry}/v2/${repository}`;
	for (const blob of image.blobs) await pushBlob(base, blob);
	const {manifest} = image;
	await checked(await fetch(`${base}/manifests/${tag}`, {method: 'PUT', headers: {'content-type': manifest.mediaType}, body: new Uint8Array(await manifest.content())}));
	return manifest.digest;
}

/** Digest of a tag, or undefined when the registry does not have it. */
export async function digestOfTag(registry: string, repository: string, tag: string): Promise<string | undefined> {
	const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
	const response = await fetch(`http://${registry}/v2/${repository}/manifests/${tag}`, {method: 'HEAD', headers: {accept}});
	if (response.status === 404) return undefined;
	return (await checked(response)).headers.get('docker-content-digest') ?? undefined;
}

async function pushBlob(base: string, blob: Blob): Promise<void> {
	if ((await fetch(`${base}/blobs/${blob.digest}`, {method: 'HEAD'})).status === 200) return;
	const begun = await checked(await fetch(`${base}/blobs/uploads/`, {method: 'POST'}));
	const target = new URL(begun.headers.get('location') ?? '', begun.url);
	target.searchParams.set('digest', blob.digest);
	await checked(await fetch(target, {method: 'PUT', headers: {'content-type': 'application/octet-stream'}, body: new Uint8Array(await blob.content())}));
}

async function checked(response: Response): Promise<Response> {
	if (response.ok) return response;
	throw new Error(`the registry answered ${response.status} to ${response.url}: ${(await response.text()).slice(0, 500)}`);
}
