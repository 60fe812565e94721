import type {Storage} from '../../../../src/storage/storage.ts';

/** A directory that promises no more than others far away, wherever the tests run: locks are taken with the pause. */
export function asOnAServer(storage: Storage): Storage {
	delete storage.hasOneView;
	return storage;
}
