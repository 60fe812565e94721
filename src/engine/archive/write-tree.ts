import type {ArchiveWriter, ParentDirectory} from '../../repository/repository.ts';
import type {DirectoryCache} from '../file-system/directory-cache.ts';
import type {FileSystem} from '../file-system/file-system.ts';
import type {Pace} from '../pace.ts';
import type {Ticker} from '../progress-meter.ts';
import type {Scope} from '../select/selector.ts';
import type {Identities} from './identities.ts';
import {NodeStream} from './node-stream.ts';
import type {RunRecord} from './run-record.ts';
import type {OpenSource} from './source.ts';
import {EntryTaker} from './take-entry.ts';
import type {Comparison} from './unchanged.ts';
import {Walk} from './walk.ts';

export type WriteTree = {
	fileSystem: FileSystem;
	source: OpenSource;
	directories: DirectoryCache;
	scope: Scope;
	writer: ArchiveWriter;
	record: RunRecord;
	identities: Identities;
	comparison: Comparison;
	withAtime: boolean;
	crossMounts: boolean;
	pace: Pace;
	meter: Ticker;
};

/** Writes the volume and the directories that lead to it in the archive. Returns the root's tree ID. */
export async function writeTree(options: WriteTree): Promise<string> {
	const {source, writer, record, scope} = options;
	const stream = new NodeStream(writer, record.tally);
	const take = new EntryTaker({...options, stream, tally: record.tally});
	const walk = new Walk({...options, take, stream, tally: record.tally, skip: entry => record.skip(entry)});
	try {
		stream.enter(undefined, undefined, true);
		let parent: ParentDirectory | undefined = writer.parentRoot;
		for (const level of source.levels) {
			const previous = await parent?.find(level.name);
			stream.enter(take.nodeOf({...level, previous}, level.attributes), previous, true);
			parent = previous?.type === 'dir' ? await parent?.open(previous) : undefined;
		}
		await walk.volume(scope, parent);
		for (let left = 0; left <= source.levels.length; left++) await stream.leave();
		await stream.settled();
		return stream.root;
	} finally {
		await take.idle();
	}
}
