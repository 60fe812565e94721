/**
A process of ours is its buffers, not its objects: V8 collects early instead of growing, and the allocator gives large pieces back. Works only when it is set before
the process starts: the Dockerfile sets it for all programs of the image.
*/
export const imageEnvironment = {
	NODE_OPTIONS: '--max-semi-space-size=1',
	MALLOC_ARENA_MAX: '2',
	MALLOC_TRIM_THRESHOLD_: '131072',
	MALLOC_MMAP_THRESHOLD_: '131072',
} as const;

/** The same for movers, whose heap has a limit besides, which leaves room for repositories with very many archives. */
export const moverEnvironment = {
	...imageEnvironment,
	NODE_OPTIONS: `${imageEnvironment.NODE_OPTIONS} --max-old-space-size=256`,
} as const;
