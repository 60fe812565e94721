// Run as a process of its own: backs `source` up and dies as by a power cut at the given call of the storage.
import {neverAborts} from '../../src/base/abort.ts';
import {judgeAllLive} from '../../src/repository/restic/lock/lock-policy.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {atCall, killing, withFaults} from '../../src/storage/wrap/fault.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {testHolder} from '../repository/restic/write/_repository.ts';
import {openAsMover} from './_as-mover.ts';

const [path, source, call, moment] = process.argv.slice(2) as [string, string, string, 'before' | 'after'];
const storage = withFaults(openFilesystemStorage({kind: 'filesystem', path}), atCall(Number(call), killing(moment)));
const repository = await openAsMover(storage, {}, {holder: testHolder, judgeLock: judgeAllLive});
const parent = (await repository.archives(neverAborts)).at(-1)!;
await backUp(repository, source, {parent});
await repository.close();
await storage.close();
