import type {ArchiveWriter, ParentDirectory, ParentNode} from '../../repository/repository.ts';
import {namesOf} from '../file-system/directory-cache.ts';
import type {DirectoryCache} from '../file-system/directory-cache.ts';
import type {FileSystem} from '../file-system/file-system.ts';
import {printablePath} from '../file-system/printable-path.ts';
import type {Scout} from '../file-system/scout/scout.ts';
import type {Pace} from '../pace.ts';
import type {Ticker} from '../progress-meter.ts';
import type {Scope} from '../select/selector.ts';
import type {Identities} from './identities.ts';
import {NodeStream} from './node-stream.ts';
import {RememberedIdentities} from './remembered-identities.ts';
import type {RunRecord} from './run-record.ts';
import {Scouting} from './scouting.ts';
import type {ScoutingOptions} from './scouting.ts';
import type {OpenSource} from './source.ts';
import {EntryTaker} from './take-entry.ts';
import {FileTaker} from './take-file.ts';
import type {Comparison} from './unchanged.ts';
import {Walk} from './walk.ts';

export type WriteTree = {
	fileSystem: FileSystem;
	source: OpenSource;
	directories: DirectoryCache;
	scope: Scope;
	writer: ArchiveWriter;
	/** Where the volume lies in the parent, part by part from its root, when that is not under the path it is archived under. */
	parentVolume?: readonly string[];
	record: RunRecord;
	identities: Identities;
	comparison: Comparison;
	withAtime: boolean;
	crossMounts: boolean;
	pace: Pace;
	meter: Ticker;
	startScout: (() => Scout) | undefined;
	/** When it is worth it; for tests. */
	scouting: Pick<ScoutingOptions, 'fromEntry' | 'fromNames'>;
};

/** Writes the volume and the directories that lead to it in the archive. Returns the root's tree ID. */
export async function writeTree(options: WriteTree): Promise<string> {
	const {source, writer, record, scope} = options;
	const stream = new NodeStream(writer, record.tally);
	const identities = new RememberedIdentities(options.identities);
	const take = new EntryTaker({...options, stream, identities});
	const files = new FileTaker({...options, stream, identities, tally: record.tally, skip: (place, name, reason) => record.skip({path: printablePath(namesOf(place, name)), reason})});
	const scouting = new Scouting({directories: options.directories, tally: record.tally, startScout: options.startScout, ...options.scouting});
	const walk = new Walk({...options, scouting, take, files, stream, identities, tally: record.tally, skip: entry => record.skip(entry)});
	try {
		const previous = await parentLevels(options);
		stream.enter({...previous[0], taken: true});
		for (const [depth, level] of source.levels.entries()) {
			const {node, parent} = previous[depth + 1] ?? {};
			stream.enter({node: take.nodeOf({...level, previous: node}, level.attributes), previous: node, parent, taken: true});
		}
		await walk.volume(scope, previous.at(-1)?.parent);
		for (let left = 0; left <= source.levels.length; left++) await stream.leave();
		await stream.settled();
		return stream.root;
	} catch (error) {
		stream.fail(error);
		throw error;
	} finally {
		await files.idle();
		// Whoever gives the archive up must not do so beside a directory that is just being stored.
		await stream.settled().catch(() => undefined);
		await scouting.close();
	}
}

type ParentLevel = {node: ParentNode | undefined; parent: ParentDirectory | undefined};

/** What the parent has at each level: its root, the directories that lead to the volume, and the volume. */
async function parentLevels({source, writer, parentVolume}: WriteTree): Promise<ParentLevel[]> {
	const levels: ParentLevel[] = [{node: undefined, parent: writer.parentRoot}];
	for (const name of parentVolume?.map(part => Buffer.from(part)) ?? source.levels.map(level => level.name)) {
		const above = levels.at(-1)?.parent;
		const node = await above?.find(name);
		levels.push({node, parent: node?.type === 'dir' ? await above?.open(node) : undefined});
	}
	if (!parentVolume) return levels;

	// Another program's archive has the volume somewhere else: the directories above have nothing to do with ours.
	const nothing: ParentLevel = {node: undefined, parent: undefined};
	return [...source.levels.map(() => nothing), levels.at(-1) ?? nothing];
}
