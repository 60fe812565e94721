import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {judgeAllLive} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {unlock} from '../../../../src/repository/restic/unlock/unlock.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';
import {lockWorld} from '../lock/_lock-world.ts';
import type {JudgeLock} from '../../../../src/repository/restic/lock/lock-policy.ts';

const deadPod: JudgeLock = ({hostname}) => (hostname === 'dead-pod.shop.prod' ? 'dead' : 'live');

/** As `lockWorld`, whose locks are sealed with a key of the same random numbers. */
const sealerOf = (): Sealer => {
	const random = seededRandom(11);
	return new Sealer(generateMasterKey(random), random);
};

test('only locks of dead holders are removed; an old one, and one that can not be read, prove nothing', async t => {
	const world = await lockWorld(t);
	const dead = await world.foreign({hostname: 'dead-pod.shop.prod', exclusive: true});
	const live = await world.foreign({hostname: 'live-pod.shop.prod'});
	const old = await world.foreign({time: new Date('2020-01-01T00:00:00Z')});
	const unreadable = await world.raw(Buffer.from('no lock'));
	const empty = await world.raw(Buffer.alloc(0));

	const result = await unlock({storage: world.storage, sealer: sealerOf()}, {judge: deadPod}, neverAborts);
	t.deepEqual(result.removed.map(({id, lock}) => [id, lock?.hostname]), [[dead, 'dead-pod.shop.prod']]);
	t.deepEqual(result.kept.map(({id}) => id).sort(), [live, old, unreadable, empty].sort());
	t.deepEqual(result.kept.filter(({lock}) => !lock).map(({id}) => id).sort(), [unreadable, empty].sort());
	t.deepEqual(await world.ids(), [live, old, unreadable, empty].sort());
	t.deepEqual((await unlock({storage: world.storage, sealer: sealerOf()}, {judge: judgeAllLive}, neverAborts)).removed, []);
});

test('by explicit wish every lock is removed', async t => {
	const world = await lockWorld(t);
	await world.foreign();
	await world.raw(Buffer.from('no lock'));
	await world.raw(Buffer.alloc(0));
	const result = await unlock({storage: world.storage, sealer: sealerOf()}, {judge: judgeAllLive, all: true}, neverAborts);
	t.is(result.removed.length, 3);
	t.deepEqual(await world.ids(), []);
});
