import test from 'ava';
import {LazaretteError} from '../../../src/base/errors.ts';
import {filesystemError} from '../../../src/storage/filesystem/filesystem-errors.ts';
import type {ErrorCode, RetryAdvice} from '../../../src/base/errors.ts';

const cases: Array<[errno: string, code: ErrorCode, retry: RetryAdvice, hint: RegExp]> = [
	['ENOENT', 'ObjectNotFound', 'no', /^$/],
	['ENOSPC', 'StoreFull', 'no', /free space/],
	['EDQUOT', 'StoreFull', 'no', /quota/],
	['EACCES', 'AccessDenied', 'no', /let user \d+/],
	['EPERM', 'AccessDenied', 'no', /let user \d+/],
	['EROFS', 'AccessDenied', 'no', /read-only/],
	['EIO', 'StoreUnreachable', 'later', /does not answer/],
	['ESTALE', 'StoreUnreachable', 'later', /does not answer/],
	['ENOTCONN', 'StoreUnreachable', 'later', /does not answer/],
	['EMFILE', 'Unexpected', 'later', /run out/],
	['EXDEV', 'BadRequest', 'no', /one file system/],
	['ENOTDIR', 'BadRequest', 'no', /correct the path/],
	['EWHATEVER', 'Unexpected', 'no', /^$/],
];

for (const [errno, code, retry, hint] of cases) {
	test(`${errno} from a file system is ${code}, to be tried again: ${retry}`, t => {
		const cause = Object.assign(new Error('text that decides nothing'), {code: errno});
		const error = filesystemError(cause, 'cannot write config in /backup');
		t.is(error.message, `cannot write config in /backup: ${errno}`);
		t.is(error.code, code);
		t.is(error.retry, retry);
		t.regex(error.hint ?? '', hint);
		t.is(error.cause, cause);
	});
}

test('an error that is already ours stays as it is', t => {
	const error = new LazaretteError('ObjectExists', 'config is there');
	t.is(filesystemError(error, 'cannot write'), error);
});

test('what is no error of a system call is not given a meaning', t => {
	t.is(filesystemError(new RangeError('bad'), 'cannot write').code, 'Unexpected');
	t.is(filesystemError(Object.assign(new Error('x'), {code: 'ERR_INVALID_ARG_TYPE'}), 'cannot write').code, 'Unexpected');
	t.is(filesystemError('text', 'cannot write').message, 'cannot write: unexpected error');
});
