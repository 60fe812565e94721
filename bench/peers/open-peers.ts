import {join} from 'node:path';
import {kopiaPeer} from './kopia.ts';
import {lazarettePeer} from './lazarette.ts';
import {resticPeer} from './restic.ts';
import {rusticPeer} from './rustic.ts';
import type {BenchOptions} from '../options.ts';
import type {Peer} from './peer.ts';

/** In the order in which they take turns: ours, restic, then the others that were asked for. */
export async function openPeers({fullVerify, level, peers}: BenchOptions, directory: string, signal: AbortSignal): Promise<Peer[]> {
	const opened = [await lazarettePeer(join(directory, 'dist'), {fullVerify, ...(level !== undefined && {level})}, signal), await resticPeer()];
	for (const {name, binary} of peers) opened.push(await (name === 'rustic' ? rusticPeer : kopiaPeer)(binary, signal));
	return opened;
}
