import {hash, randomBytes} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {backUp} from '../write/_back-up.ts';
import {temporaryDirectory} from '../write/_repository.ts';
import {quickRepository} from './_quick-repository.ts';
import type {ExecutionContext} from 'ava';

/** Six archives of a directory of which a part changes each time, in small packs, and what a run that was cut off left. */
export async function writtenRepository(t: ExecutionContext): Promise<string> {
	const source = temporaryDirectory(t);
	const {path, repository} = await quickRepository(t, {packSize: 50_000});
	for (let run = 0; run < 6; run++) {
		mkdirSync(join(source, `d${run % 3}`), {recursive: true});
		for (let file = 0; file < 4; file++) writeFileSync(join(source, `d${run % 3}`, `f${file}`), randomBytes(6000 + 1000 * run + file));
		writeFileSync(join(source, 'always'), 'the same');
		await backUp(repository, source, {paths: ['/data'], time: new Date(Date.parse('2026-11-01T00:00:00Z') + run * 86_400_000)});
	}
	const stray = randomBytes(1000);
	const id = hash('sha256', stray, 'hex');
	mkdirSync(join(path, 'data', id.slice(0, 2)), {recursive: true});
	writeFileSync(join(path, 'data', id.slice(0, 2), id), stray);
	await repository.close();
	return path;
}
