// Makes a fresh clone ready, then hands over to the project's own Node: `node scripts/ready.mjs SCRIPT.ts [ARG ...]`.
// Plain JavaScript for whichever Node the machine has: the pinned one comes with the packages this installs.
import {spawn, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {constants} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, 'node_modules/.bin/node');
const stamp = join(root, 'node_modules/.lazarette-lock');

const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
if (!existsSync(node) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
	console.error('Installing the packages that package-lock.json pins ...');
	const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {cwd: root, stdio: ['ignore', 2, 2]});
	if (install.status !== 0) {
		console.error('npm ci failed (see above). Nothing was started; mend the registry access or the lockfile and run this again.');
		process.exit(1);
	}

	writeFileSync(stamp, lock);
}

const [script, ...rest] = process.argv.slice(2);
if (!script) {
	console.error('usage: node scripts/ready.mjs SCRIPT.ts [ARG ...]');
	process.exit(2);
}

const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}`;
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...rest], {
	stdio: 'inherit',
	env: {...process.env, PATH: path},
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
	process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});
