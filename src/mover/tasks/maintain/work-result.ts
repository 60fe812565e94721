import type {MaintenanceFacts} from '../../../api/v1alpha1/mover-contract.ts';

/** What a piece of care tells of itself; what damages or endangers archives is a result here, never an error. */
export type WorkResult = {facts: MaintenanceFacts; message: string; warnings: string[]};
