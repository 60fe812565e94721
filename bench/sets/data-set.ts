/** A kind of data to back up, made anew from a seed each time. */
export type DataSet = {
	/** What a reader of the results has to know of it. */
	title: string;
	/**
	Makes the data in a new directory, `scale` times its full size.
	@throws SetUnavailable when this machine cannot have it
	*/
	make(place: MakePlace): Promise<LivingData>;
};

export type MakePlace = {
	/** The source of every backup; does not exist yet. */
	directory: string;
	/** For whatever else making it takes. */
	scratch: string;
	/** 1 for the full size. */
	scale: number;
	signal: AbortSignal;
	log: (line: string) => void;
};

export type LivingData = {
	/** What happens to such data between two backups; each generation is another change. */
	change(generation: number): Promise<void>;
};

/** The set is left out of the run, with a word why. */
export class SetUnavailable extends Error {
	override name = 'SetUnavailable';
}
