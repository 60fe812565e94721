import {ticketOf} from '../../shared/queue/tickets.ts';
import {queueUp} from '../../shared/start-attempt.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {BackupLane} from '../pass.ts';

/** A claim that has been captured and waits in the queue needs nothing else before its turn comes. */
export const standInLine: Step<BackupLane> = async ({pass, volume, queuedTime}) => {
	const waiting = queuedTime && volume.capture && pass.queue.stillWaits(ticketOf(pass.backup, volume.claimName, volume.capture.node));
	return waiting ? queueUp(volume, queuedTime, waiting, pass) : proceed();
};
