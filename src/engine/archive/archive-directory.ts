import type {Clock} from '../../base/clock.ts';
import {LazaretteError, toLazaretteError} from '../../base/errors.ts';
import type {Archive} from '../../repository/archive.ts';
import type {ArchiveWriter, Repository} from '../../repository/repository.ts';
import {machineLimits} from '../../repository/restic/threads/machine-limits.ts';
import {planThreads} from '../../repository/restic/threads/plan-threads.ts';
import {DirectoryCache} from '../file-system/directory-cache.ts';
import type {FileSystem} from '../file-system/file-system.ts';
import type {Scout} from '../file-system/scout/scout.ts';
import {SystemError} from '../file-system/system-error.ts';
import {Pace} from '../pace.ts';
import {ProgressMeter} from '../progress-meter.ts';
import {compileSelector} from '../select/selector.ts';
import type {Patterns} from '../select/selector.ts';
import type {ArchiveOutcome, ArchiveProgress} from './archive-outcome.ts';
import {judge} from './archive-policy.ts';
import type {ArchivePolicy} from './archive-policy.ts';
import {describeArchive} from './describe-archive.ts';
import {findParent} from './find-parent.ts';
import type {Parent} from './find-parent.ts';
import type {Identities} from './identities.ts';
import {RunRecord} from './run-record.ts';
import type {ScoutingOptions} from './scouting.ts';
import type {SkippedEntry} from './skipped-entry.ts';
import {openSource} from './source.ts';
import type {Source} from './source.ts';
import type {Comparison} from './unchanged.ts';
import {writeTree} from './write-tree.ts';
import type {WriteTree} from './write-tree.ts';

export type ArchiveDirectory = Patterns & ArchivePolicy & {
	repository: Repository;
	fileSystem: FileSystem;
	source: Source;
	hostname: string;
	username: string;
	tags: readonly string[];
	/** The archive's time: when the capture was cut, or the start of a live read. */
	time: Date;
	/** `auto`: the newest archive of the same host and path. `none`: read everything. Else the beginning of an archive's ID. */
	parent: string;
	/** The claim that the source is a volume of: without an archive of our own, one that another operator made of it is the parent. */
	claim?: {name: string};
	/** `restic` unless given. */
	comparison?: Comparison;
	identities: Identities;
	/** Off unless given. */
	withAtime?: boolean;
	/** Off unless given: a mounted file system appears as an empty directory. */
	crossMounts?: boolean;
	/** A thread that looks at entries ahead of the walk; unless given, where a further thread has a core and memory. */
	scouting?: boolean | (Pick<ScoutingOptions, 'fromEntry' | 'fromNames'> & {/** Files of the parent that are worth it from the first entry on; 20 000 unless given. */ fromFiles?: number});
	programVersion?: string;
	onProgress?: (progress: ArchiveProgress) => void;
	/** Every skipped entry, as soon as it is; the outcome lists the first ones only. */
	onSkipped?: (entry: SkippedEntry) => void;
	clock: Clock;
	signal: AbortSignal;
};

/**
Turns a directory into an archive. Nothing is visible in the repository before the very last step; when a policy or a failure stops it
earlier, what was uploaded is left to the next prune.
@throws LazaretteError `SourceNotFound`, `SourceEmpty`, `FilesUnreadable`, `InvalidGlob`, `ArchiveNotFound` (a parent that was asked for), and what the repository throws
*/
export async function archiveDirectory(options: ArchiveDirectory): Promise<ArchiveOutcome> {
	const {repository, fileSystem, signal, clock} = options;
	const scope = compileSelector(options);
	const source = openSource(fileSystem, options.source);
	const directories = new DirectoryCache(source.root);
	let writer: ArchiveWriter | undefined;
	let scout: Scout | undefined;
	try {
		const startedAt = clock.now();
		const record = new RunRecord(options.onSkipped);
		const meter = new ProgressMeter({clock, report: options.onProgress, current: () => record.progress(writer?.added)});
		const chosen = await chooseParent(options, source.path);
		const parent = chosen?.archive;
		const scouting = scoutingOf(options);
		// A thread takes as long to start as the index takes to load.
		if (parent && filesOf(parent) >= scouting.fromFiles) scout = scouting.startScout?.();
		writer = await repository.startArchive({...(parent && {parent}), onStored: () => meter.tick()}, signal);

		record.firstReadAt = clock.now();
		meter.now();
		const tree = await writeTree({comparison: 'restic', withAtime: false, crossMounts: false, ...options, ...(scout ? ahead(scout, scouting) : scouting), source, directories, scope, writer, ...(chosen?.volume && {parentVolume: chosen.volume}), record, meter, pace: new Pace(clock, signal)});
		const {empty, warnings} = judge(options, {path: source.path, leading: source.levels.length, tally: record.tally, skipped: record.skipped, unreadable: record.unreadable});
		const archive = await writer.finish({...describeArchive({...options, path: source.path, parent, startedAt, endedAt: clock.now(), tally: record.tally, added: writer.added}), tree});
		meter.now();
		return {archive, ...(parent && {parent}), tally: record.tally, added: {...writer.added}, skipped: record.skipped.items, skippedTotal: record.skipped.total, empty, warnings};
	} catch (error) {
		// What went wrong first is what matters; objects that stay behind are nobody's.
		await writer?.abandon().catch(() => undefined);
		throw sourceFailure(error, source.path);
	} finally {
		directories.close();
		await scout?.close();
	}
}

const ahead = (scout: Scout, {scouting}: Pick<WriteTree, 'scouting'>): Pick<WriteTree, 'startScout' | 'scouting'> => ({startScout: () => scout, scouting: {...scouting, fromEntry: 0}});

const filesOf = ({summary}: Archive): number => summary?.totalFilesProcessed ?? 0;

function scoutingOf({scouting = planThreads(machineLimits()) > 0, fileSystem}: ArchiveDirectory): Pick<WriteTree, 'startScout' | 'scouting'> & {fromFiles: number} {
	const {fromFiles = 20_000, ...rest} = typeof scouting === 'object' ? scouting : {};
	return {startScout: scouting === false ? undefined : fileSystem.startScout?.bind(fileSystem), scouting: rest, fromFiles};
}

async function chooseParent({repository, parent, hostname, time, claim, signal}: ArchiveDirectory, path: string): Promise<Parent | undefined> {
	return parent === 'none' ? undefined : findParent(await repository.archivesAtOpening(signal), {parent, hostname, paths: [path], time, ...(claim && {claim})});
}

/** A failed call that no single entry is to blame for: the volume itself cannot be read. */
function sourceFailure(error: unknown, path: string): LazaretteError {
	if (!(error instanceof SystemError)) return toLazaretteError(error);
	const {code} = error;
	return new LazaretteError('FilesUnreadable', `${path} cannot be read: ${error.message}; no archive was made`, {
		hint: code === 'EACCES' || code === 'EPERM' ? 'give the mover the right to read the volume' : 'check the volume and the node it is mounted on',
		cause: error,
	});
}
