import {join} from 'node:path';

/**
What the image runs, read from its Dockerfile: Node's flags and the script of ENTRYPOINT, with `directory` in place of the image's, and the variables
of its last ENV. @throws Error when the Dockerfile has another shape
*/
export function readImageStart(dockerfile: string, directory: string): {args: string[]; env: Record<string, string>} {
	const entry = /^ENTRYPOINT (\[.+\])$/m.exec(dockerfile)?.[1];
	const [node, ...rest] = JSON.parse(entry ?? '[]') as string[];
	const script = rest.pop();
	if (node !== 'node' || !script?.endsWith('/lazarette.js')) throw new Error('the Dockerfile has no ENTRYPOINT ["node", flag ..., ".../lazarette.js"]');
	const assignments = Array.from(dockerfile.matchAll(/^ENV ((?:.*\\\n)*.*)$/gm)).at(-1)?.[1] ?? '';
	const env = Object.fromEntries(Array.from(assignments.matchAll(/([A-Z_]\w*)=(\S+)/g), ([, name = '', value = '']) => [name, value]));
	return {args: [...rest, join(directory, 'lazarette.js')], env};
}
