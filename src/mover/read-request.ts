import {readFile} from 'node:fs/promises';
import {LazaretteError} from '../base/errors.ts';
import {careKinds} from '../api/v1alpha1/mover-contract.ts';
import type {MoverRequest} from '../api/v1alpha1/mover-contract.ts';

/** Reads and checks the request that the operator put into the pod. @throws BadRequest naming the member that is wrong */
export async function readRequest(path: string): Promise<MoverRequest> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		throw new LazaretteError('BadRequest', `cannot read the mover request ${path}`, {hint: 'the mover is started by the operator; use the command line for work outside a cluster', cause: error});
	}

	return parseRequest(text);
}

export function parseRequest(text: string): MoverRequest {
	const request = parseJson(text);
	if (request['version'] !== 1) {
		throw bad('version', request['version'], 'this mover speaks version 1; operator and mover must come from the same image');
	}

	const storage = member(member(request, 'repository'), 'storage');
	if (storage['kind'] !== 's3' && storage['kind'] !== 'filesystem') throw bad('repository.storage.kind', storage['kind'], 'use s3 or filesystem');
	const holder = member(request, 'holder');
	for (const name of ['name', 'scope', 'observedAt']) {
		if (typeof holder[name] !== 'string' || holder[name] === '') throw bad(`holder.${name}`, holder[name], 'must be a non-empty string');
	}

	const {kind} = member(request, 'task');
	if (kind !== 'probe' && kind !== 'backup' && kind !== 'restore' && kind !== 'maintain') throw bad('task.kind', kind, 'use probe, backup, restore or maintain');
	if (kind === 'maintain') checkWork(member(member(request, 'task'), 'work'));
	return request as unknown as MoverRequest;
}

function checkWork({kind}: Record<string, unknown>): void {
	if (!(careKinds as readonly unknown[]).includes(kind)) throw bad('task.work.kind', kind, `use ${careKinds.join(', ')}`);
}

function parseJson(text: string): Record<string, unknown> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new LazaretteError('BadRequest', 'the mover request is not JSON', {cause: error});
	}

	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new LazaretteError('BadRequest', 'the mover request is not a JSON object');
	return value as Record<string, unknown>;
}

function member(parent: Record<string, unknown>, name: string): Record<string, unknown> {
	const value = parent[name];
	if (typeof value !== 'object' || value === null) throw bad(name, value, 'must be an object');
	return value as Record<string, unknown>;
}

const bad = (field: string, value: unknown, hint: string): LazaretteError =>
	new LazaretteError('BadRequest', `mover request: ${field} is ${JSON.stringify(value) ?? 'missing'}`, {hint});
