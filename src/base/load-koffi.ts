import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import type koffi from 'koffi';

export type Koffi = typeof koffi;

let loaded: Koffi | undefined;

/** Koffi, which calls functions of the C library and of Node's own binary; once for each thread. @throws Error when it is not installed for this platform */
export function loadKoffi(): Koffi {
	const require = createRequire(import.meta.url);
	return (loaded ??= loadAddon(require) ?? (require('koffi') as Koffi));
}

/** The addon alone, for glibc: importing the package that looks for it takes another 10 ms and some MiB. Undefined where it does not lie at its usual place, or there is another C library. */
function loadAddon(require: NodeJS.Require): Koffi | undefined {
	try {
		if (!readFileSync('/proc/self/maps', 'latin1').includes('/libc.so.6\n')) return undefined;
		const home = dirname(require.resolve(`@koromix/koffi-linux-${process.arch}/package.json`));
		const addon: {exports: Partial<Koffi>} = {exports: {}};
		process.dlopen(addon, join(home, `linux_${process.arch}`, 'koffi.node'));
		return typeof addon.exports.load === 'function' ? (addon.exports as Koffi) : undefined;
	} catch {
		return undefined;
	}
}
