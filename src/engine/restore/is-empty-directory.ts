import type {Directory} from '../file-system/file-system.ts';
import {NameList} from '../file-system/name-list.ts';
import {SystemError} from '../file-system/system-error.ts';

/** False as well when it can not be told: whoever goes on meets the reason. */
export function isEmptyDirectory(open: () => Directory): boolean {
	const names = new NameList();
	try {
		open().readNames(names);
	} catch (error) {
		if (error instanceof SystemError) return false;
		throw error;
	}
	return names.length === 0;
}
