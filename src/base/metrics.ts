import {Registry} from 'prom-client';

export {Counter, Gauge, Histogram} from 'prom-client';
export type {Registry} from 'prom-client';

/** A registry of its own for each process or test, so that nothing is shared through module state. */
export const createRegistry = (): Registry => new Registry();
