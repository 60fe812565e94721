import {createHash} from 'node:crypto';
import {copyFile, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {ensureImagePackages} from '../binaries/packages.ts';
import {cachedFolder} from '../cached-folder.ts';
import {run} from '../command.ts';
import {buildInto, withBuildah} from './buildah.ts';
import {writeAuthorities, writeRootFileSystem} from './root-file-system.ts';
import type {Log} from '../cached-folder.ts';
import type {RootFileSystem} from './root-file-system.ts';

type BaseImage = {name: string; root: RootFileSystem; npm: string | undefined};

const shared = ['ca-certificates', 'libstdc++6'];

/** Node's binary over glibc and nothing else: no shell, no package manager. */
const runtime: BaseImage = {name: 'runtime-base', root: {variant: 'extract', packages: [...shared, 'libc6']}, npm: undefined};

/** A small Debian with Node and npm, for a Dockerfile's RUN. */
const build: BaseImage = {name: 'build-base', root: {variant: 'essential', packages: shared}, npm: '11.21.2'};

/** What to give as `RUNTIME_BASE`; made on first use. */
export const runtimeBase = async (log: Log, signal?: AbortSignal): Promise<string> => ensureBase(runtime, log, signal);

/** What to give as `BUILD_BASE`; made on first use, which takes most of a minute. */
export const buildBase = async (log: Log, signal?: AbortSignal): Promise<string> => ensureBase(build, log, signal);

async function ensureBase(base: BaseImage, log: Log, signal?: AbortSignal): Promise<string> {
	const folder = await cachedFolder({title: `image ${base.name}`, kind: 'images', name: base.name, key: await cacheKey(base)}, log, async target => {
		await ensureImagePackages(log);
		const context = `${target}.context`;
		await rm(context, {recursive: true, force: true});
		await mkdir(context);
		await writeContext(base, context, signal);
		await withBuildah(`${target}.work`, async buildah => buildInto(buildah, target, {context, dockerfile: join(context, 'Dockerfile')}, signal));
		await rm(context, {recursive: true});
	});
	return `dir:${folder}`;
}

async function writeContext({root, npm}: BaseImage, context: string, signal?: AbortSignal): Promise<void> {
	const at = (file: string): string => join(context, file);
	await writeRootFileSystem(root, at('root.tar'), signal);
	// What is built here must reach what this machine reaches, through the same proxies; what is shipped trusts nobody of this machine's own.
	if (npm) await copyFile('/etc/ssl/certs/ca-certificates.crt', at('ca-certificates.crt'));
	else await writeAuthorities(at('root.tar'), at('ca-certificates.crt'));
	await copyFile(process.execPath, at('node'));
	await run(['strip', '--strip-debug', at('node')]);
	await mkdir(at('npm'));
	if (npm) await run(['npm', 'install', '--global', '--prefix', at('npm'), '--no-audit', '--no-fund', `npm@${npm}`], {env: process.env, ...(signal ? {signal} : {})});
	// With a name for the user its group counts too; without, Kubernetes runs the process in group 0.
	await writeFile(at('passwd'), 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n');
	await writeFile(at('group'), 'root:x:0:\nnogroup:x:65534:\nnonroot:x:65532:\n');
	const lines = [
		'FROM scratch',
		'ADD root.tar /',
		'COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt',
		...(root.variant === 'extract' ? ['COPY passwd group /etc/'] : []),
		'COPY node /usr/local/bin/node',
		'COPY npm /usr/local/',
		'ENV PATH=/usr/local/bin:/usr/bin:/bin',
		...(npm ? ['ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'] : []),
	];
	await writeFile(at('Dockerfile'), lines.join('\n'));
}

/** The packages' versions are left out: a base is as good with last week's. */
async function cacheKey(base: BaseImage): Promise<string> {
	const hash = createHash('sha256');
	hash.update(JSON.stringify([base, process.version, await readFile('/etc/os-release', 'utf8')]));
	for (const file of [import.meta.filename, join(import.meta.dirname, 'root-file-system.ts')]) hash.update(await readFile(file));
	return hash.digest('hex').slice(0, 16);
}
