import type {RestoreTask} from '../../api/v1alpha1/mover-contract.ts';
import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import {isFromK8up, isFromVolSync} from '../../engine/foreign-layouts.ts';
import type {Archive} from '../../repository/archive.ts';

/**
The archive that a restore means. Only archives of exactly the asked claim are considered, ours and K8up's: the newest archive of the repository may be another
claim's. VolSync's do not say whose they are, so they must be named by their IDs.
@param archives oldest first
@throws ArchiveNotFound saying what there is instead
*/
export function chooseArchive(archives: readonly Archive[], from: RestoreTask['from']): Archive {
	if ('archive' in from) return byId(archives, from.archive);

	const {claimName, hostname, asOf, previous = 0} = from;
	const ofClaim = archives.filter(archive => isOurs(archive, claimName, hostname) || isFromK8up(archive, {name: claimName, hostname}));
	const inTime = asOf === undefined ? ofClaim : ofClaim.filter(({time}) => time <= new Date(asOf));
	const chosen = inTime.at(-1 - previous);
	if (chosen) return chosen;

	const what = `claim ${claimName} of namespace ${hostname}`;
	const oldest = ofClaim[0];
	if (!oldest) throw new LazaretteError('ArchiveNotFound', `the repository has no archive of ${what}`, {hint: nothingHint(archives)});
	throw new LazaretteError('ArchiveNotFound', `the repository has ${ofClaim.length} archives of ${what}, ${inTime.length} of them ${asOf === undefined ? 'in all' : `not after ${asOf}`}, and spec.from.previous passes over ${previous}`, {
		hint: `the oldest is ${shortId(oldest.id)} of ${oldest.time.toISOString()}`,
	});
}

const isOurs = (archive: Archive, claimName: string, hostname: string): boolean => archive.hostname === hostname && archive.paths.length === 1 && archive.paths[0] === `/${claimName}`;

function nothingHint(archives: readonly Archive[]): string {
	if (archives.length === 0) return 'it holds no archive at all';
	const newest = archives.findLast(isFromVolSync);
	return newest ? `check spec.from.claimName and spec.from.namespace; archives of VolSync do not say of which claim they are, name one by its ID in spec.from.archive: the newest is ${shortId(newest.id)}` : 'check spec.from.claimName and spec.from.namespace';
}

function byId(archives: readonly Archive[], wish: string): Archive {
	const found = archives.filter(({id}) => id.startsWith(wish));
	if (found.length === 1 && found[0]) return found[0];
	throw new LazaretteError('ArchiveNotFound', found.length === 0 ? `the repository has no archive ${wish}` : `${wish} is the beginning of ${found.length} archive IDs`, {
		hint: found.length === 0 ? 'check spec.from.archive' : 'give more digits of the ID',
	});
}
