import type {MaintenanceFacts} from '../../api/v1alpha1/mover-contract.ts';
import {keyOf} from '../../kube/object.ts';
import {hasFinalizer} from '../../kube/runtime/finalizers.ts';
import type {RepositoryPass} from '../backup-repository/pass.ts';
import {archivesOf} from '../repository-care/pending-deletions.ts';
import {archivesFinalizer} from '../../api/v1alpha1/group.ts';
import {letGo} from './retire.ts';

type Retained = NonNullable<MaintenanceFacts['retained']>;

const whys: Record<Retained[number]['reason'], string> = {
	LastGood: 'it is the last good archive of its claim; to remove it nevertheless, delete it with the command line',
	Pinned: 'it is pinned',
};

/** Lets the VolumeBackups go whose archives a Job has removed. Run twice, it finds them gone. */
export async function releaseDeleted(backups: readonly {name: string; uid: string}[], retained: Retained, pass: RepositoryPass): Promise<void> {
	const {namespace} = pass.repository.metadata;
	for (const {name, uid} of backups) {
		const backup = pass.caches.backups.store.get(keyOf({namespace, name}));
		if (backup?.metadata.uid !== uid || !hasFinalizer(backup, archivesFinalizer)) continue;
		const stays = archivesOf(backup).flatMap(archive => retained.filter(({id}) => archive.startsWith(id)));
		const why = stays.map(({id, reason}) => `${id.slice(0, 8)}: ${whys[reason]}`).join('; ');
		if (stays.length === 0) pass.events.record(backup, {type: 'Normal', reason: 'ArchivesRemoved', action: 'Delete', note: 'its archives were removed from the repository'});
		await letGo(backup, why || undefined, pass);
	}
}
