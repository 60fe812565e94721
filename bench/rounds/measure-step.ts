import {runMeasured} from '../measure/run-measured.ts';
import type {Command} from '../command.ts';
import type {Location, Store} from '../stores/store.ts';
import type {Sample} from './sample.ts';

type Figures = Omit<Sample, 'set' | 'store' | 'size' | 'round' | 'peer' | 'step'>;

/** Runs a command, with what the store has to say about it. */
export async function measureStep(command: Command, store: Store, location: Location, signal: AbortSignal): Promise<Figures> {
	const before = await store.traffic();
	const figures = await runMeasured(command, signal);
	const after = await store.traffic();
	return {
		...figures,
		storedBytes: await store.storedBytes(location),
		...(before && after && {requests: after.requests - before.requests, trafficBytes: after.bytes - before.bytes}),
	};
}
