import {randomBytes} from 'node:crypto';
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {run} from './command.ts';
import {clustersFolder, homeOf, networksOf} from './layout.ts';
import {withMutex} from './mutex.ts';

/** What a cluster must remember between runs; everything else is derived or lives in the cluster itself. */
export type ClusterRecord = {
	slot: number;
	/** The S3 server's root account. */
	s3: {accessKeyId: string; secretAccessKey: string};
};

const recordFile = (name: string): string => join(homeOf(name), 'cluster.json');

export async function readRecord(name: string): Promise<ClusterRecord | undefined> {
	try {
		return JSON.parse(await readFile(recordFile(name), 'utf8')) as ClusterRecord;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

export async function recordedClusters(): Promise<string[]> {
	const names = await readdir(clustersFolder()).catch(() => []);
	const records = await Promise.all(names.map(async name => ((await readRecord(name)) ? name : undefined)));
	return records.filter(name => name !== undefined).toSorted();
}

/** The record of a cluster; made with a free slot when the cluster is new. A slot stays a cluster's own until it is wiped, for its certificates name its addresses. */
export async function claimRecord(name: string): Promise<ClusterRecord> {
	return withMutex('slots', async () => {
		const known = await readRecord(name);
		if (known) return known;
		const record: ClusterRecord = {
			slot: await freeSlot(),
			s3: {accessKeyId: `LZ${randomBytes(9).toString('hex').toUpperCase()}`, secretAccessKey: randomBytes(30).toString('base64url')},
		};
		const file = recordFile(name);
		await mkdir(dirname(file), {recursive: true, mode: 0o755});
		await writeFile(`${file}.new`, JSON.stringify(record, undefined, '\t'), {mode: 0o600});
		await rename(`${file}.new`, file);
		return record;
	});
}

export const forgetRecord = async (name: string): Promise<void> => withMutex('slots', async () => rm(recordFile(name), {force: true}));

async function freeSlot(): Promise<number> {
	const names = await recordedClusters();
	const records = await Promise.all(names.map(async name => readRecord(name)));
	const claimed = new Set(records.map(record => record?.slot));
	const routes = JSON.parse(await run(['ip', '-json', 'route', 'show', 'table', 'all'])) as {dst: string}[];
	for (let slot = 1; slot < 250; slot++) {
		if (!claimed.has(slot) && !networksOf(slot).some(network => routes.some(route => route.dst !== 'default' && overlaps(route.dst, network)))) return slot;
	}

	throw new Error(`all of 10.97.0.0/16, 10.98.0.0/16 and 10.99.0.0/16 is in use (${names.length} clusters under ${clustersFolder()}); remove some with "down --wipe"`);
}

/** Whether two IPv4 networks share an address. Routes of other families never do. */
export function overlaps(left: string, right: string): boolean {
	const [a, b] = [parseNetwork(left), parseNetwork(right)];
	if (!a || !b) return false;
	const bits = Math.min(a.bits, b.bits);
	const shift = 2 ** (32 - bits);
	return Math.floor(a.address / shift) === Math.floor(b.address / shift);
}

function parseNetwork(text: string): {address: number; bits: number} | undefined {
	const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text);
	if (!match) return undefined;
	const [, a, b, c, d, bits] = match.map(Number);
	return {address: (((a ?? 0) * 256 + (b ?? 0)) * 256 + (c ?? 0)) * 256 + (d ?? 0), bits: bits === undefined || Number.isNaN(bits) ? 32 : bits};
}
