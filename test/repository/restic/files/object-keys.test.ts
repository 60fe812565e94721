import test from 'ava';
import {idOfKey, packKey, snapshotKey} from '../../../../src/repository/restic/files/object-keys.ts';

const id = `ab${'0'.repeat(62)}`;

test('packs lie in 256 folders, other files directly below their kind', t => {
	t.is(packKey(id), `data/ab/${id}`);
	t.is(snapshotKey(id), `snapshots/${id}`);
});

test('only names that are hashes are taken for objects of the repository', t => {
	t.is(idOfKey(`data/ab/${id}`), id);
	for (const name of [`${id}-tmp-1234`, id.toUpperCase(), id.slice(1), `${id}0`, '', 'config', '.keep']) t.is(idOfKey(`keys/${name}`), undefined, name);
});
