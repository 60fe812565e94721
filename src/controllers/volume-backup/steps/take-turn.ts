import {proceed, wait} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import {isSettled} from '../pass.ts';
import type {BackupLane, BackupPass} from '../pass.ts';

/** Claims of one run that are read at once: more would only share the store's bandwidth. */
const moversAtOnce = 3;

/** Waits until the claims before it leave room. All are captured by then, so that their archives are of nearly one instant. */
export const takeTurn: Step<BackupLane> = async ({pass}) =>
	movers(pass) < moversAtOnce ? proceed() : wait('Queued', `${moversAtOnce} claims of this run are being read; this one follows`);

const movers = ({lanes}: BackupPass): number => lanes.filter(lane => !isSettled(lane) && (lane.attempt?.state.kind === 'starting' || lane.attempt?.state.kind === 'running')).length;
