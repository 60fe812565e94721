import test from 'ava';
import {errorCodes, LazaretteError} from '../../src/base/errors.ts';
import {failureOf, failureOfBareExit, failureOfResult, failures} from '../../src/api/v1alpha1/failures.ts';
import {moverExitCodes} from '../../src/api/v1alpha1/mover-contract.ts';
import {reasonsByKind} from '../../src/api/v1alpha1/reasons-by-kind.ts';
import {reasonClass} from '../../src/api/v1alpha1/reasons.ts';
import type {MoverExitCode} from '../../src/api/v1alpha1/mover-contract.ts';
import type {ReadyReason} from '../../src/api/v1alpha1/reasons.ts';
import type {ErrorCode} from '../../src/base/errors.ts';

const expected: [ErrorCode, ReadyReason, MoverExitCode][] = [
	['Unexpected', 'MoverFailed', 1],
	['BadRequest', 'MoverFailed', 2],
	['InvalidGlob', 'InvalidGlob', 2],
	['StoreUnreachable', 'StoreUnreachable', 3],
	['StoreThrottled', 'StoreThrottled', 3],
	['StoreFull', 'QuotaExceeded', 3],
	['BudgetExceeded', 'BudgetExceeded', 6],
	['AccessDenied', 'AccessDenied', 4],
	['BucketNotFound', 'BucketNotFound', 4],
	['ObjectNotFound', 'RepositoryDamaged', 5],
	['ObjectExists', 'MoverFailed', 1],
	['WrongPassword', 'WrongPassword', 4],
	['NotARepository', 'NotARepository', 4],
	['RepositoryExists', 'NotARepository', 4],
	['UnsupportedVersion', 'UnsupportedVersion', 4],
	['RepositoryDamaged', 'RepositoryDamaged', 5],
	['LockedByOther', 'LockedByOther', 8],
	['LockLost', 'LockedByOther', 8],
	['ArchiveNotFound', 'ArchiveNotFound', 6],
	['SourceNotFound', 'ClaimNotFound', 6],
	['SourceEmpty', 'SourceEmpty', 6],
	['SourceShrank', 'SourceShrank', 6],
	['FilesUnreadable', 'FilesUnreadable', 6],
	['TargetNotEmpty', 'TargetNotEmpty', 7],
	['TargetFull', 'TargetFull', 7],
	['TargetReadOnly', 'AccessModeUnsupported', 7],
	['VerificationFailed', 'VerificationFailed', 1],
	['DeadlineExceeded', 'DeadlineExceeded', 143],
	['Cancelled', 'Cancelled', 143],
];

for (const [code, reason, exitCode] of expected) {
	test(`${code} shows as ${reason} and leaves exit code ${exitCode}`, t => {
		t.is(failureOf(code).reason, reason);
		t.is(failureOf(code).exitCode, exitCode);
	});
}

test('the table speaks of every error code, and this test of every row', t => {
	t.deepEqual(Object.keys(failures).sort(), [...errorCodes].sort());
	t.deepEqual(expected.map(([code]) => code).sort(), [...errorCodes].sort());
});

test('no failure leaves the exit code of success', t => {
	t.false(errorCodes.some(code => failureOf(code).exitCode === moverExitCodes.done));
});

test('what its error calls worth retrying is tried again, and what waits for a person is not', t => {
	for (const code of errorCodes) {
		const {reason, again} = failureOf(code);
		if (new LazaretteError(code, 'it failed').retry !== 'no') t.is(again, 'Later', code);
		if (reasonClass(reason) === 'person') t.is(again, 'No', code);
		if (reasonClass(reason) === 'waiting') t.is(again, 'Later', code);
	}
});

test('every reason that a mover can leave is one that the runs and the repository may show', t => {
	const onlyRuns = new Set(['InvalidGlob', 'BudgetExceeded', 'ArchiveNotFound', 'SourceEmpty', 'SourceShrank', 'FilesUnreadable', 'TargetNotEmpty', 'TargetFull']);
	for (const {reason} of Object.values(failures)) {
		t.true(reasonsByKind.VolumeBackup.includes(reason) || reasonsByKind.VolumeRestore.includes(reason), reason);
		if (!onlyRuns.has(reason)) t.true(reasonsByKind.BackupRepository.includes(reason), reason);
	}
});

test('a result with an error code of a newer mover counts as unexpected', t => {
	t.is(failureOfResult('SunSpots'), failures.Unexpected);
	t.is(failureOfResult(undefined), failures.Unexpected);
	t.is(failureOfResult('toString'), failures.Unexpected);
	t.is(failureOfResult('WrongPassword'), failures.WrongPassword);
});

test('a mover that ends well but leaves no result has proved nothing', t => {
	t.deepEqual(failureOfBareExit({exitCode: 0}), {reason: 'MoverFailed', again: 'Later'});
});

test('a mover that was killed for its memory is told apart from one that crashed', t => {
	t.is(failureOfBareExit({exitCode: 137, terminatedReason: 'OOMKilled'}).reason, 'MoverOutOfMemory');
	t.is(failureOfBareExit({exitCode: 137, terminatedReason: 'Error'}).reason, 'MoverFailed');
	t.deepEqual(failureOfBareExit({}), {reason: 'MoverFailed', again: 'Later'});
});

for (const [name, exitCode] of Object.entries(moverExitCodes).filter(([name]) => name !== 'done')) {
	test(`a bare exit ${exitCode} (${name}) says no more than every error with that code has in common`, t => {
		const {reason, again} = failureOfBareExit({exitCode});
		const same = errorCodes.map(code => failureOf(code)).filter(failure => failure.exitCode === exitCode);
		t.true(reason === 'MoverFailed' || same.some(failure => failure.reason === reason), `${reason} is none of ${same.map(failure => failure.reason).join(', ')}`);
		t.true(same.some(failure => failure.again === again) || reason === 'MoverFailed');
	});
}
