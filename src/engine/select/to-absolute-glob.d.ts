// The package carries no types. It puts a root or a working directory before a glob and keeps a leading `!`.
declare module '@dsherret/to-absolute-glob' {
	function toAbsoluteGlob(glob: string, options?: {cwd?: string; root?: string}): string;
	export = toAbsoluteGlob;
}
