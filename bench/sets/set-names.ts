/** In the order in which they are measured. */
export const setNames = ['text', 'random', 'tree', 'empty', 'postgresql'] as const;

export type SetName = (typeof setNames)[number];
