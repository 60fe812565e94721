import {CsiError} from './csi-error.ts';
import type {VolumeCapability} from './messages.ts';

/** The node is alone, so every mode that needs only one node is fine. */
const accessModes: ReadonlySet<string> = new Set(['SINGLE_NODE_WRITER', 'SINGLE_NODE_READER_ONLY', 'SINGLE_NODE_SINGLE_WRITER', 'SINGLE_NODE_MULTI_WRITER']);

export const isSupported = (capability: VolumeCapability): boolean => Boolean(capability.block ?? capability.mount) && accessModes.has(capability.access_mode?.mode ?? '');

/** Refuses what the driver cannot do; answers whether a block device is wanted. */
export function wantsBlock(capabilities: readonly VolumeCapability[]): boolean {
	if (capabilities.length === 0) throw new CsiError('INVALID_ARGUMENT', 'volume capabilities are missing');
	const refused = capabilities.find(capability => !isSupported(capability));
	if (refused) throw new CsiError('INVALID_ARGUMENT', `access mode ${refused.access_mode?.mode ?? 'none'} is not supported; volumes of this driver live on one node`);
	return capabilities.some(capability => capability.block);
}
