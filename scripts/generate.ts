import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {buildWasm} from './build-wasm.ts';
import {definitionFiles, generatedFolders} from './generate/definition-files.ts';
import {rbacFiles} from './generate/rbac-files.ts';
import {documentSections, fillSections} from './generate/document-sections.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
`npm run generate`: writes everything in the tree that follows from other files: CRDs, their copy in the chart, the operator's rights, the tables in the
documentation and the WebAssembly modules. Returns what was out of date; with `check` it is left as it is.
*/
export async function generate(options: {check: boolean}): Promise<string[]> {
	const files = new Map([...definitionFiles(), ...rbacFiles(), ...(await documentFiles())]);
	return [
		...(await writeFiles(files, options)),
		...(await removeStrangers(files, options)),
		...(await buildWasm(options)),
	];
}

async function documentFiles(): Promise<Map<string, string>> {
	const pages = [...documentSections()].map(async ([path, sections]) => [path, fillSections(path, await readFile(join(root, path), 'utf8'), sections)] as const);
	return new Map(await Promise.all(pages));
}

async function writeFiles(files: Map<string, string>, {check}: {check: boolean}): Promise<string[]> {
	const outdated: string[] = [];
	for (const [path, text] of files) {
		const target = join(root, path);
		if (text === (await readFile(target, 'utf8').catch(() => undefined))) continue;
		outdated.push(path);
		if (check) continue;
		await mkdir(dirname(target), {recursive: true});
		await writeFile(target, text);
	}

	return outdated;
}

/** A CRD of a kind that is gone would be installed for ever. */
async function removeStrangers(files: Map<string, string>, {check}: {check: boolean}): Promise<string[]> {
	const strangers: string[] = [];
	for (const folder of generatedFolders) {
		const names = await readdir(join(root, folder)).catch(() => []);
		strangers.push(...names.map(name => `${folder}/${name}`).filter(path => !files.has(path)));
	}

	if (!check) await Promise.all(strangers.map(async path => rm(join(root, path))));
	return strangers;
}

if (import.meta.main) {
	const check = process.argv.includes('--check');
	const outdated = await generate({check});
	if (outdated.length === 0) console.log('generated files are up to date');
	else console.log(`${check ? 'out of date, run `npm run generate`:' : 'generated:'}\n${outdated.map(path => `  ${path}`).join('\n')}`);
	process.exitCode = check && outdated.length > 0 ? 1 : 0;
}
