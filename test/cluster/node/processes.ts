import {createHash} from 'node:crypto';
import {readdir, readFile, stat} from 'node:fs/promises';
import {run, systemPath} from '../command.ts';
import {waitUntil} from '../wait-until.ts';
import {writeIfChanged} from '../write-if-changed.ts';
import type {Component} from '../components/component.ts';
import type {Layout} from '../layout.ts';
import type {Node} from './namespaces.ts';

// $$ is the number in the node's own PID namespace. The files lie on the node's private /run, so they cannot outlive a power cut.
const once = 'exec >>"$LOG" 2>&1 </dev/null; echo $$ >"$PIDFILE"; exec "$@"';
const forever = 'exec >>"$LOG" 2>&1 </dev/null; echo $$ >"$PIDFILE"; while :; do "$@" & echo $! >"$PIDFILE.child"; wait $!; sleep 0.3; done';

const folder = '/run/lazarette/components';
const pidFile = (name: string): string => `${folder}/${name}`;

/** Starts a component unless it runs already just as it is described. */
export async function ensureComponent(layout: Layout, node: Node, component: Component): Promise<void> {
	const identity = identityOf(component);
	const current = await findProcess(node, pidFile(component.name));
	if (current?.identity === identity) return;
	if (current) await stopComponent(node, component);
	for (const [path, content] of Object.entries(component.files ?? {})) await writeIfChanged(path, content);
	const environment = {
		PATH: systemPath,
		HOME: layout.path('tmp'),
		TMPDIR: layout.path('tmp'),
		...component.environment,
		LOG: layout.path('log', `${component.name}.log`),
		PIDFILE: pidFile(component.name),
		LAZARETTE_COMPONENT: identity,
	};
	await run(node.enter(['setsid', '--fork', 'sh', '-c', component.restarts ? forever : once, component.name, ...component.argv]), {env: environment, cwd: '/'});
	await waitUntil(`start of ${component.name}`, async () => (await findProcess(node, pidFile(component.name)))?.identity === identity, {timeoutMs: 10_000, everyMs: 5});
}

/** Ends a component's process as a crash would. One that restarts by itself is back within a second. */
export async function crashComponent(node: Node, component: Component): Promise<void> {
	await kill(node, component.restarts ? `${pidFile(component.name)}.child` : pidFile(component.name));
}

/** Ends a component for good. */
export async function stopComponent(node: Node, component: Component): Promise<void> {
	await kill(node, pidFile(component.name));
	if (component.restarts) await kill(node, `${pidFile(component.name)}.child`);
}

export const isRunning = async (node: Node, component: string): Promise<boolean> => (await findProcess(node, pidFile(component))) !== undefined;

/** Names of all components that were started since the node was. */
export const startedComponents = async (node: Node): Promise<string[]> => (await readdir(node.path(folder))).filter(file => !file.includes('.')).toSorted();

/** When a component was last started, in milliseconds since 1970. */
export const startedAt = async (node: Node, component: string): Promise<number> => (await stat(node.path(pidFile(component)))).mtimeMs;

async function kill(node: Node, file: string): Promise<void> {
	const process = await findProcess(node, file);
	if (!process) return;
	await run(node.enter(['kill', '-KILL', process.pid]));
	await waitUntil(`end of process ${process.pid}`, async () => !(await isThere(node, process.pid)), {timeoutMs: 30_000, everyMs: 5});
}

/**
Until the last of its threads is gone and the node's init has taken note: a dying process of many threads has lost its memory, and so its identity, well
before it lets go of its ports, and its successor would find them in use.
*/
const isThere = async (node: Node, pid: string): Promise<boolean> => stat(node.path(`/proc/${pid}`)).then(() => true, () => false);

/** The process that a pid file names, if that number still belongs to a component: the kernel may have given it to another process since. */
async function findProcess(node: Node, file: string): Promise<{pid: string; identity: string} | undefined> {
	const pid = await readFile(node.path(file), 'utf8').then(text => text.trim(), () => '');
	if (!pid) return undefined;
	const environment = await readFile(node.path(`/proc/${pid}/environ`), 'utf8').catch(() => '');
	const variable = environment.split('\0').find(entry => entry.startsWith('LAZARETTE_COMPONENT='));
	return variable === undefined ? undefined : {pid, identity: variable.slice('LAZARETTE_COMPONENT='.length)};
}

function identityOf(component: Component): string {
	const hash = createHash('sha256').update(JSON.stringify(component)).digest('hex');
	return `${component.name}-${hash.slice(0, 16)}`;
}
