import test from 'ava';
import fc from 'fast-check';
import {createHash} from 'node:crypto';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {neverAborts} from '../../src/base/abort.ts';
import {encodeUnpacked} from '../../src/repository/restic/files/unpacked.ts';
import {applyPolicy} from '../../src/repository/restic/forget/apply-policy.ts';
import {groupArchives} from '../../src/repository/restic/forget/group-archives.ts';
import {histories, policies, snapshotJson} from '../repository/restic/forget/_histories.ts';
import {decodeSnapshot} from '../../src/repository/restic/files/snapshot-file.ts';
import {emptyRepository, password} from './_empty-repository.ts';
import {restic, resticBinaries} from './_restic.ts';
import type {Archive} from '../../src/repository/archive.ts';
import type {Decision, KeepReason, KeptArchive} from '../../src/repository/restic/forget/apply-policy.ts';
import type {RetentionPeriod, RetentionPolicy} from '../../src/repository/restic/forget/retention-policy.ts';

type Snapshots = Array<{id: string}> | null;
type ResticGroup = {keep: Snapshots; remove: Snapshots; reasons: Array<{snapshot: {id: string; time: string}; matches: string[]}> | null};

const seed = Number(process.env.FORGET_SEED ?? 20_261_122);
const groups = 60;
const policiesPerVersion = 40;

for (const {version, path: binary} of await resticBinaries()) {
	const minor = Number(version.split('.')[1]);

	test(`forget keeps and removes exactly what restic ${version} does, for the same reasons`, async t => {
		const root = await mkdtemp(join(tmpdir(), 'lazarette-forget-'));
		t.teardown(async () => rm(root, {recursive: true, force: true}));
		const {storage, sealer} = await emptyRepository(t, join(root, 'repository'));
		const archives: Archive[] = [];
		for (const [number, history] of fc.sample(histories, {numRuns: groups, seed}).entries()) {
			for (const moment of history) {
				const json = snapshotJson(moment, `host-${number}`);
				const bytes = encodeUnpacked(sealer, json);
				const id = createHash('sha256').update(bytes).digest('hex');
				await storage.put(`snapshots/${id}`, bytes, neverAborts);
				archives.push(decodeSnapshot(json, id));
			}
		}

		let decisions = 0;
		let emptied = 0;
		// Until 0.16 there is no way to keep all.
		const generated = fc.sample(policies({unlimited: minor >= 16}), {numRuns: policiesPerVersion, seed: seed + minor});
		for (const policy of [...generated, {keepTags: [['db', 'keep']]}, {keepTags: [['none']]}]) {
			const expected = groupArchives(archives).map(({archives: group}) => asVersion(minor, applyPolicy(group, policy, new Date())));
			const run = await restic(binary, join(root, 'repository'), password, ['forget', '--json', '--dry-run', '--no-lock', ...flags(policy)]);
			if (minor >= 17 && expected.some(({keep}) => keep.length === 0)) {
				emptied++;
				t.not(run.code, 0, `restic emptied a group by ${JSON.stringify(policy)}`);
				t.regex(run.stderr, /refusing to delete last snapshot/);
				continue;
			}

			t.is(run.code, 0, run.stderr);
			const theirs = JSON.parse(run.stdout.split('\n')[0]!) as ResticGroup[];
			const kept = new Set(theirs.flatMap(({keep}) => ids(keep)));
			const removed = new Set(theirs.flatMap(({remove}) => ids(remove)));
			t.is(kept.size + removed.size, archives.length);
			const differing = expected.filter(({keep, remove}) => keep.some(({archive}) => !kept.has(archive.id)) || remove.some(({id}) => !removed.has(id)));
			t.deepEqual(differing.map(({keep, remove}) => ({policy, keep: keep.map(described(kept)), remove: remove.map(archive => described(kept)({archive, reasons: []}))})), []);
			if (minor >= 18) {
				const reasons = new Map(theirs.flatMap(group => group.reasons ?? []).map(({snapshot, matches}) => [snapshot.time, matches]));
				for (const {archive, reasons: own} of expected.flatMap(({keep}) => keep)) {
					if (unique(archive, archives)) t.deepEqual(own.map(reason => resticReason(reason, policy)), reasons.get(String(archive.foreign?.time)), JSON.stringify(policy));
				}
			}
			decisions += expected.length;
		}
		t.log(`${decisions} histories decided as restic ${version} does, ${emptied} policies refused as it does; ${archives.length} archives, seed ${seed}`);
		t.true(decisions > 1000);
	});
}

/** Only later than 0.14 does a rule with room left keep a group's oldest archive. */
function asVersion(minor: number, {keep, remove}: Decision): Decision {
	const oldest = keep.at(-1);
	if (minor >= 16 || !oldest?.reasons.every(reason => 'oldest' in reason)) return {keep, remove};
	return {keep: keep.slice(0, -1), remove: [...remove, oldest.archive]};
}

const ids = (snapshots: Snapshots): string[] => (snapshots ?? []).map(({id}) => id);

const described =
	(kept: Set<string>) =>
	({archive, reasons}: KeptArchive): string =>
		`${String(archive.foreign?.time)} [${archive.tags.join()}] ${reasons.map(({rule}) => rule).join()} (restic ${kept.has(archive.id) ? 'keeps' : 'removes'} it)`;

/** restic's JSON names the snapshots of its reasons by their time alone. */
const unique = (archive: Archive, archives: Archive[]): boolean => archives.every(other => other === archive || other.foreign?.time !== archive.foreign?.time);

const dashed = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

const periodText = ({years, months, days, hours}: RetentionPeriod): string => `${years ? `${years}y` : ''}${months ? `${months}m` : ''}${days ? `${days}d` : ''}${hours ? `${hours}h` : ''}`;

const flags = (policy: RetentionPolicy): string[] =>
	Object.entries(policy).flatMap(([rule, value]) => {
		if (typeof value === 'number') return [`--keep-${rule}`, value === -1 ? 'unlimited' : String(value)];
		if (rule === 'keepTags') return (value as string[][]).flatMap(tags => ['--keep-tag', tags.join(',')]);
		return [`--keep-${dashed(rule)}`, periodText(value as RetentionPeriod)];
	});

function resticReason(reason: KeepReason, policy: RetentionPolicy): string {
	if (reason.rule === 'tags') return `has tags [${reason.tags.join(', ')}]`;
	if (reason.rule === 'within') return `within ${periodText(policy.within!)}`;
	if (reason.rule === 'pinned' || reason.rule === 'noPolicy') return reason.rule;
	const oldest = 'oldest' in reason ? 'oldest ' : '';
	const within = /^within(.+)$/.exec(reason.rule)?.[1]?.toLowerCase();
	return within ? `${oldest}${within} within ${periodText(policy[reason.rule] as RetentionPeriod)}` : `${oldest}${reason.rule} snapshot`;
}
