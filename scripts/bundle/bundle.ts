import {build} from 'esbuild';
import type {Metafile} from 'esbuild';
import {projectRoot} from '../suite/run-ava.ts';

/** Native addons cannot be bundled; the image carries them beside the bundle: the loader and its binaries for each platform that is installed. */
export const externalPackages = ['koffi', '@koromix'];

/** Programs of threads: files of their own below `threads/`, which start-thread.ts finds from wherever it is bundled to. */
const threadPrograms = [
	{in: 'src/repository/restic/opening/opening-thread.ts', out: 'threads/opening-thread'},
	{in: 'src/repository/restic/write/content/content-thread.ts', out: 'threads/content-thread'},
	{in: 'src/engine/file-system/scout/scout-thread.ts', out: 'threads/scout-thread'},
];

/** Bundles an entry point with everything it reaches; lazily imported parts become files of their own, so that the mover never loads the operator. */
export async function bundle(entry: string, options: {outdir: string; write: boolean}): Promise<Metafile> {
	const result = await build({
		absWorkingDir: projectRoot,
		entryPoints: [{in: entry, out: 'lazarette'}, ...threadPrograms],
		outdir: options.outdir,
		write: options.write,
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node24',
		minify: true,
		keepNames: true,
		sourcemap: 'linked',
		sourcesContent: false,
		legalComments: 'linked',
		chunkNames: 'chunks/[name]-[hash]',
		external: externalPackages,
		metafile: true,
		logLevel: 'warning',
		banner: {
			// CommonJS packages inside an ESM bundle still call require for Node's own modules.
			js: "import {createRequire as lazaretteRequire} from 'node:module'; const require = lazaretteRequire(import.meta.url);",
		},
	});
	return result.metafile;
}
