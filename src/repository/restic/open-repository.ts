import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import type {Storage} from '../../storage/storage.ts';
import type {Sealer} from './crypto/sealer.ts';
import type {KeysSeen} from './crypto/unlock.ts';
import type {RepositoryConfig} from './files/config.ts';
import type {FirstListing} from './first-listing.ts';
import type {TreeForm} from './tree/node-encoder.ts';
import type {Compression} from './write/compression.ts';

/** A repository whose key and config have been read: what every operation on it works with. */
export type OpenRepository = {
	storage: Storage;
	sealer: Sealer;
	config: RepositoryConfig;
	/** The key file that the password opened. */
	keyId: string;
	/** What the opening has seen of the keys, for a check that comes right after it. */
	keysSeen?: KeysSeen;
	/** What the opening has seen below other prefixes. */
	firstListing?: FirstListing;
	clock: Clock;
	random: Random;
	treeForm: TreeForm;
	compression: Compression;
	/** bytes at which a pack is closed */
	packSize: number;
	/** Threads that store content besides the main one; as the machine has room for unless given. */
	threads?: number | 'auto';
	/** Which compressed pieces of content are decompressed again before they count; a sample unless given. */
	verify?: 'sample' | 'all';
};
