import {parentPort, workerData} from 'node:worker_threads';
import {SharedIdSet} from '../../../../src/repository/restic/index/shared-id-set.ts';
import type {SharedIdMemory} from '../../../../src/repository/restic/index/shared-id-set.ts';

/** Adds all IDs and says which of them were new. */
const {memory, ids, gate} = workerData as {memory: SharedIdMemory; ids: Uint8Array; gate: Int32Array};
const set = new SharedIdSet(memory);
Atomics.wait(gate, 0, 0);
const added: boolean[] = [];
for (let at = 0; at < ids.length; at += 32) added.push(set.add(ids, at));
parentPort!.postMessage(added, []);
