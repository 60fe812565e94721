/** A mover that has all it needs and waits to be started. */
export type Ticket = {
	/** The same in every pass. */
	id: string;
	namespace: string;
	/** Key of the BackupRepository. */
	repository: string;
	/** The only node that can run it, where that is settled. */
	node?: string;
	/** Goes before the others of its repository: somebody waits for a restore. */
	urgent: boolean;
	/** Orders the tickets of a repository, the least first: the age of the run, then its name. */
	order: string;
};
