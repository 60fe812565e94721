import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {withBudget} from '../../../src/storage/wrap/budget.ts';
import {withCounts} from '../../../src/storage/wrap/count.ts';
import {temporaryStorage} from '../_temporary-storage.ts';

test('a call that needs more bytes than the budget has left is refused before it reaches the store, and so are all that follow', async t => {
	const {storage, counts} = withCounts(await temporaryStorage(t));
	const limited = withBudget(storage, {bytes: 1000});
	await limited.put('data/a', Buffer.alloc(600), neverAborts);
	await t.throwsAsync(limited.put('data/b', Buffer.alloc(401), neverAborts), {code: 'BudgetExceeded', message: /the 1000 bytes that mover.budget allows/v});
	await t.throwsAsync(limited.stat('data/a', neverAborts), {code: 'BudgetExceeded'});
	t.is(counts.put.calls, 1);
	t.is(counts.stat.calls, 0);
	await limited.close();
});

test('what is read counts as well, and the call that exceeds the bytes is the last', async t => {
	const base = await temporaryStorage(t);
	await base.put('data/a', Buffer.alloc(600), neverAborts);
	const limited = withBudget(base, {bytes: 1000});
	await limited.get('data/a', neverAborts);
	await limited.get('data/a', neverAborts);
	await t.throwsAsync(limited.put('data/b', Buffer.alloc(1), neverAborts), {code: 'BudgetExceeded'});
	await limited.close();
});

test('requests are counted whatever they are, and a lock can be given back when none is left', async t => {
	const base = await temporaryStorage(t);
	const limited = withBudget(base, {requests: 3});
	await limited.put('locks/mine', Buffer.from('lock'), neverAborts);
	await limited.put('data/a', Buffer.alloc(1), neverAborts);
	await limited.stat('data/a', neverAborts);
	await Array.fromAsync(limited.list('data/', neverAborts));
	await t.throwsAsync(limited.get('data/a', neverAborts), {code: 'BudgetExceeded', message: /the 3 requests/v});
	await limited.remove('locks/mine', neverAborts);
	t.is(await base.stat('locks/mine', neverAborts), undefined);
	await limited.close();
});
