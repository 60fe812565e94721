import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {MoverRequest} from '../../src/api/v1alpha1/mover-contract.ts';

export type MoverEnd = {code: number | null; signal: NodeJS.Signals | null; livedMs: number; /** What it left as termination message. */ result: Record<string, unknown> | undefined; output: string};

export type MoverProcess = {
	/** By what name the namespace's first process, the mover, goes outside. */
	signal(name: NodeJS.Signals): boolean;
	/** From now on nobody reads what it prints. */
	closeLog(): void;
	end: Promise<MoverEnd>;
};

/** A root with the machine's programs, and what a mover's pod has: its volume, its repository, its request. Everything is mounted in a namespace of its own and goes with it. */
const script = `set -e
root=$1 pod=$2 volume=$3 repository=$4
mount -t tmpfs jail "$root"
for entry in /*; do
	name=\${entry#/}
	case $name in dev|proc|data|lazarette|repository) continue;; esac
	if [ -L "$entry" ]; then cp -P "$entry" "$root/$name"
	elif [ -d "$entry" ]; then mkdir "$root/$name"; mount --rbind "$entry" "$root/$name"; fi
done
mkdir "$root/dev" "$root/proc" "$root/data" "$root/lazarette" "$root/repository"
for device in null zero urandom random; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
touch "$root/dev/termination-log"
mount --bind "$pod/termination-log" "$root/dev/termination-log"
mount -t proc proc "$root/proc"
mount --rbind "$volume" "$root/data"
mount --rbind "$pod/lazarette" "$root/lazarette"
mount --rbind "$repository" "$root/repository"
shift 4
exec chroot "$root" "$@"`;

/** A mover as the kubelet starts it: the first process of its namespace, with its request, its password and its volume where a pod has them. */
export async function startMover(scratch: string, {request, password, volume, repository}: {request: MoverRequest; password: string; volume: string; repository: string}): Promise<MoverProcess> {
	const pod = mkdtempSync(join(scratch, 'pod-'));
	const root = join(pod, 'root');
	for (const directory of ['root', 'lazarette/request', 'lazarette/encryption', 'lazarette/scratch']) mkdirSync(join(pod, directory), {recursive: true});
	writeFileSync(join(pod, 'lazarette/request/request.json'), JSON.stringify(request));
	writeFileSync(join(pod, 'lazarette/encryption/password'), password);
	writeFileSync(join(pod, 'termination-log'), '');
	const program = [process.execPath, join(import.meta.dirname, '../../src/main.ts'), 'mover'];
	const begun = performance.now();
	const outside = spawn('unshare', ['--map-root-user', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', root, pod, volume, repository, ...program], {stdio: ['ignore', 'pipe', 'pipe']});
	let output = '';
	for (const stream of [outside.stdout, outside.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
	const finish = async (): Promise<MoverEnd> => {
		const [code, signal] = (await once(outside, 'close')) as [number | null, NodeJS.Signals | null];
		const message = readFileSync(join(pod, 'termination-log'), 'utf8');
		return {code, signal, livedMs: performance.now() - begun, result: message === '' ? undefined : (JSON.parse(message) as Record<string, unknown>), output};
	};
	return {
		signal(name) {
			try {
				const inside = readFileSync(`/proc/${outside.pid}/task/${outside.pid}/children`, 'utf8').trim();
				return inside !== '' && process.kill(Number(inside), name);
			} catch {
				return false;
			}
		},
		closeLog() {
			outside.stdout.destroy();
		},
		end: finish(),
	};
}
