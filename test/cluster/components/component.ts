import type {Binaries} from '../binaries/binaries.ts';
import type {Layout} from '../layout.ts';
import type {ClusterRecord} from '../record.ts';

/** A process of the cluster. Two components are the same when all of this is. */
export type Component = {
	name: string;
	/** Absolute paths throughout: nothing is looked up. */
	argv: readonly string[];
	/** Configuration written before it starts: absolute path to content. */
	files?: Record<string, string>;
	/** Beside PATH, HOME and TMPDIR. The place for secrets, which arguments would show to every process of the machine. */
	environment?: Record<string, string>;
	/** Started again whenever it ends. The others stay down when a test kills them. */
	restarts?: true;
};

export type ComponentContext = {
	layout: Layout;
	record: ClusterRecord;
	binaries: Binaries;
};
