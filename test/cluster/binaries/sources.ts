import {run} from '../command.ts';
import {moduleFolder} from './build.ts';

/**
Folder of a module's sources as Go downloaded and checked them, for the files other than Go that a project publishes there: protocol and kind
definitions, the pause program. `group` is the folder of `test/cluster/go` that pins the module.
*/
export async function moduleSources(group: string, module: string): Promise<string> {
	const output = await run(['go', 'mod', 'download', '-json', module], {cwd: moduleFolder(group), env: {...process.env, GOFLAGS: '', GOWORK: 'off'}});
	return (JSON.parse(output) as {Dir: string}).Dir;
}
