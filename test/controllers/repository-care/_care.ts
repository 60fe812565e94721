import type {Maintenance} from '../../../src/api/v1alpha1/maintenance-fields.ts';

/** With the defaults of the schema. */
export const maintenance = (change: Partial<Maintenance>): Maintenance => ({jitterSeconds: 600, retentionGraceSeconds: 86_400, ...change});
