// Run as a process of its own: one attempt of a mover, as the operator starts it. Arguments: repository, source, own name, names of dead movers.
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {archiveAsMover, openAsMover} from './_as-mover.ts';

const [path, volume, name, dead] = process.argv.slice(2) as [string, string, string, string];
const storage = openFilesystemStorage({kind: 'filesystem', path});
const repository = await openAsMover(storage, {name, dead: dead.split(',')});
await archiveAsMover({repository, fileSystem: await openLinuxFileSystem(), volume});
await repository.close();
await storage.close();
