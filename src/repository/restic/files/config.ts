import {LazaretteError} from '../../../base/errors.ts';
import {resticGeometry} from '../chunker/chunker-geometry.ts';
import {formatPolynomial, generatePolynomial, parsePolynomial} from '../chunker/polynomial.ts';
import {goJson, parseGoJson} from './go-json.ts';
import {configKey, isId} from './object-keys.ts';
import type {Random} from '../../../base/random.ts';
import type {ChunkerGeometry} from '../chunker/chunker-geometry.ts';
import type {Sealer} from '../crypto/sealer.ts';

export type {ChunkerGeometry} from '../chunker/chunker-geometry.ts';

export type RepositoryConfig = {
	/** 1 knows no compression. */
	version: 1 | 2;
	/** Lowercase hex, 32 bytes. */
	id: string;
	polynomial: bigint;
	chunker: ChunkerGeometry;
	/** Every member but version, id and polynomial, rustic's among them, kept as it is when the config is rewritten. */
	foreign: Record<string, unknown>;
};

/** How a new repository cuts files: `Fast` is ours, `Restic` is restic's own, for repositories that restic writes to as well and should find its data in. */
export type ChunkerChoice = 'Fast' | 'Restic';

export function newConfig(random: Random, choice: ChunkerChoice = 'Fast'): RepositoryConfig {
	// restic needs a polynomial whoever cuts.
	const config = {version: 2, id: random.bytes(32).toString('hex'), polynomial: generatePolynomial(random)} as const;
	if (choice === 'Restic') return {...config, chunker: resticGeometry, foreign: {}};
	const seed = random.bytes(32).toString('hex');
	return {...config, chunker: {kind: 'Fast', seed}, foreign: {[fastChunkerMember]: {version: 1, seed}}};
}

/** Ours, passed over by restic and rustic. */
const fastChunkerMember = 'lazarette_chunker';

/** The object `config` as it is stored: never compressed, and its name is not its hash. The geometry is written as `foreign` has it. */
export function encodeConfig(sealer: Sealer, config: RepositoryConfig): Buffer {
	const {version, id, polynomial, foreign} = config;
	return sealer.seal(Buffer.from(goJson({version, id, chunker_polynomial: formatPolynomial(polynomial), ...foreign})));
}

/** @throws RepositoryDamaged naming the member that is wrong; UnsupportedVersion when another version or chunker is needed */
export function decodeConfig(sealer: Sealer, bytes: Uint8Array): RepositoryConfig {
	const {version, id, chunker_polynomial: polynomial, ...foreign} = parseObject(sealer.open(bytes, configKey));
	if (version !== 1 && version !== 2) {
		if (typeof version !== 'number') throw damaged('version', version);
		throw new LazaretteError('UnsupportedVersion', `the repository has format version ${version}; versions 1 and 2 are known`, {hint: 'update Lazarette, or use a repository of version 2'});
	}

	if (typeof id !== 'string' || !isId(id)) throw damaged('id', id);
	if (typeof polynomial !== 'string') throw damaged('chunker_polynomial', polynomial);
	return {version, id, polynomial: parsePolynomial(polynomial), chunker: readGeometry(foreign), foreign};
}

const mebibyte = 1024 * 1024;

function readFastChunker(value: unknown): ChunkerGeometry {
	const {version, seed} = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
	if (typeof version === 'number' && version !== 1) return {kind: 'Unknown', what: `${fastChunkerMember} version ${version}`};
	if (version !== 1 || typeof seed !== 'string' || !isId(seed)) throw damaged(fastChunkerMember, '…');
	return {kind: 'Fast', seed};
}

/** rustic's keys; a chunk is held in memory, so sizes are bounded. */
function readGeometry(config: Record<string, unknown>): ChunkerGeometry {
	const size = (name: string, fallback: number, least: number): number => {
		const value = config[name] ?? fallback;
		if (typeof value !== 'number' || !Number.isInteger(value)) throw damaged(name, value);
		if (value < least || value > 256 * mebibyte) throw unsupported(name, value, `a size from ${least} to ${256 * mebibyte} bytes`);
		return value;
	};

	if (Object.hasOwn(config, fastChunkerMember)) return readFastChunker(config[fastChunkerMember]);
	const kind = config.chunker ?? 'Rabin';
	if (kind === 'FixedSize') return {kind, size: size('chunk_size', mebibyte, 512)};
	if (kind !== 'Rabin') throw unsupported('chunker', kind, 'Rabin or FixedSize');

	const averageSize = size('chunk_size', resticGeometry.averageSize, 512);
	const minSize = size('chunk_min_size', resticGeometry.minSize, 128);
	const maxSize = size('chunk_max_size', resticGeometry.maxSize, 512);
	if (!Number.isInteger(Math.log2(averageSize))) throw unsupported('chunk_size', averageSize, 'a power of two');
	if (minSize > averageSize || maxSize < averageSize) throw unsupported('chunk_size', averageSize, `between chunk_min_size (${minSize}) and chunk_max_size (${maxSize})`);
	return {kind, minSize, averageSize, maxSize};
}

function parseObject(json: Buffer): Record<string, unknown> {
	let value: unknown;
	try {
		value = parseGoJson(json.toString('utf8'));
	} catch (error) {
		throw new LazaretteError('RepositoryDamaged', 'the repository config is not JSON', {cause: error});
	}

	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new LazaretteError('RepositoryDamaged', 'the repository config is no JSON object');
	return value as Record<string, unknown>;
}

const damaged = (member: string, value: unknown): LazaretteError =>
	new LazaretteError('RepositoryDamaged', `the repository config has ${member} ${goJson(value).slice(0, 80)}, which is not valid`, {context: {member}});

const unsupported = (member: string, value: unknown, accepted: string): LazaretteError =>
	new LazaretteError('UnsupportedVersion', `the repository config has ${member} ${goJson(value).slice(0, 80)}; Lazarette can work with ${accepted}`, {
		hint: 'use a repository with other chunker settings',
		context: {member},
	});
