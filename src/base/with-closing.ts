import {toLazaretteError} from './errors.ts';
import type {LazaretteError} from './errors.ts';

/**
`use`, and then `close`, whatever happened. What was done stays done when only closing fails: `onFailedClose` hears of it. When both fail, the first failure is the one to tell.
*/
export async function withClosing<Result>(use: () => Promise<Result>, close: () => Promise<void>, onFailedClose: (error: LazaretteError) => void): Promise<Result> {
	let result: Result;
	try {
		result = await use();
	} catch (error) {
		await close().catch(() => {});
		throw error;
	}
	await close().catch((error: unknown) => onFailedClose(toLazaretteError(error)));
	return result;
}
