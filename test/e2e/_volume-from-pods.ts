import type {EntryDescription} from '../../src/engine/verify/describe-tree.ts';
import type {NodeType} from '../../src/repository/node.ts';
import type {Claim} from './_claims.ts';
import {scriptOutput} from './_pods.ts';
import type {VolumeView} from './_volume-view.ts';

/** Looks into a volume with the tools of a shell, wherever it is. Names without tabs and line breaks only. */
export const viewFromPods = ({name, space}: Claim): VolumeView => {
	const run = async (script: string): Promise<string> => scriptOutput(space, {claims: {'/data': name}, script: `cd /data\n${script}`});
	return {
		tree: async () => describeLines(await run(`${statusScript}\n${contentScript}\n${targetScript}`)),
		async texts() {
			const lines = (await run('find . -type f | sort | while read -r file; do printf "%s\\t%s\\n" "$file" "$(base64 -w0 < "$file")"; done')).split('\n').filter(line => line !== '');
			return Object.fromEntries(lines.map(line => line.split('\t')).map(([path = '', text = '']) => [path.slice(2), Buffer.from(text, 'base64').toString()]));
		},
		async write(texts, time) {
			const files = Object.entries(texts).map(([path, text]) => {
				const stamp = time ? `touch -d @${Math.floor(time.getTime() / 1000)} '${path}'` : ':';
				return `mkdir -p "$(dirname '${path}')"; echo ${Buffer.from(text).toString('base64')} | base64 -d > '${path}'; ${stamp}`;
			});
			await run(`${files.join('\n')}\nsync`);
		},
	};
};

const statusScript = 'find . | while read -r entry; do stat -c "S%t%n\t%F\t%a\t%u\t%g\t%s\t%b\t%y\t%i\t%h" "$entry" | sed "s/^S[0-9a-f]*/S\t/"; done';
const contentScript = 'find . -type f | while read -r file; do printf "C\\t%s\\t%s\\n" "$file" "$(sha256sum < "$file")"; done';
const targetScript = 'find . -type l | while read -r link; do printf "T\\t%s\\t%s\\n" "$link" "$(readlink "$link")"; done';

const types: Readonly<Record<string, NodeType>> = {'regular file': 'file', 'regular empty file': 'file', directory: 'dir', 'symbolic link': 'symlink', fifo: 'fifo', socket: 'socket', 'block special file': 'dev', 'character special file': 'chardev'};

function describeLines(output: string): EntryDescription[] {
	const entries = new Map<string, EntryDescription>();
	const firstOf = new Map<string, string>();
	for (const [kind, name = '', ...fields] of output.split('\n').map(line => line.split('\t'))) {
		const path = name === '.' ? '/' : name.slice(1);
		const known = entries.get(path);
		if (kind === 'S') entries.set(path, describeStatus(path, fields, firstOf));
		else if (kind === 'C' && known) known.content = fields[0]!;
		else if (kind === 'T' && known) known.target = fields[0]!;
	}

	return [...entries.values()].toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function describeStatus(path: string, [word = '', mode = '', uid, gid, size, blocks, time = '', inode = '', links]: string[], firstOf: Map<string, string>): EntryDescription {
	const type = types[word];
	if (!type) throw new Error(`stat calls ${path} a ${word}`);
	if (!firstOf.has(inode)) firstOf.set(inode, path);
	const [, clock = '', fraction = '', zone = ''] = /^(.*?)\.(\d+) (.*)$/v.exec(time) ?? [];
	return {
		path,
		type,
		mode: mode.padStart(4, '0'),
		uid: Number(uid),
		gid: Number(gid),
		mtime: `${Date.parse(`${clock.replace(' ', 'T')}${zone.slice(0, 3)}:${zone.slice(3)}`) / 1000}${fraction}`,
		...(type === 'file' && {size: Number(size), blocks: Number(blocks)}),
		...(type !== 'dir' && Number(links) > 1 && {sameAs: firstOf.get(inode)!}),
	};
}
