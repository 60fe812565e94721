import {Attributes} from './attributes.ts';
import {loadLibc} from './libc.ts';
import type {Libc} from './libc.ts';
import {Paths} from './paths.ts';
import {StatusReader} from './status-reader.ts';
import {TimeSpecs} from './time-specs.ts';

/** What all directories and entries of one file system object share: the calls and the memory for their arguments. */
export type Linux = {
	libc: Libc;
	paths: Paths;
	statuses: StatusReader;
	attributes: Attributes;
	times: TimeSpecs;
	/** For directory entries and link targets on their way in. */
	scratch: Buffer;
};

export async function loadLinux(): Promise<Linux> {
	const libc = await loadLibc();
	const paths = new Paths();
	return {
		libc,
		paths,
		statuses: new StatusReader(libc, paths),
		attributes: new Attributes(libc, paths),
		times: new TimeSpecs(),
		scratch: Buffer.allocUnsafeSlow(64 * 1024),
	};
}
