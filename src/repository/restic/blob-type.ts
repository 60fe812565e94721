/** IDs are per type: the same bytes may be stored once as data and once as a tree. */
export type BlobType = 'data' | 'tree';
