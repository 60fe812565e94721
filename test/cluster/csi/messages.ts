/** The fields of the CSI messages that this driver reads, as proto-loader delivers them with `keepCase`, numbers and `defaults`. */

export type VolumeCapability = {
	block?: object | null;
	mount?: {fs_type: string; mount_flags: string[]} | null;
	access_mode?: {mode: string} | null;
};

export type CapacityRange = {required_bytes: number; limit_bytes: number};

export type CreateVolumeRequest = {
	name: string;
	capacity_range?: CapacityRange | null;
	volume_capabilities: VolumeCapability[];
	parameters: Record<string, string>;
	volume_content_source?: {snapshot?: {snapshot_id: string} | null; volume?: {volume_id: string} | null} | null;
};

export type ValidateVolumeCapabilitiesRequest = {
	volume_id: string;
	volume_context: Record<string, string>;
	volume_capabilities: VolumeCapability[];
	parameters: Record<string, string>;
};

export type CreateSnapshotRequest = {source_volume_id: string; name: string; parameters: Record<string, string>};

export type ListSnapshotsRequest = {max_entries: number; starting_token: string; source_volume_id: string; snapshot_id: string};

export type NodePublishVolumeRequest = {
	volume_id: string;
	target_path: string;
	volume_capability?: VolumeCapability | null;
	readonly: boolean;
};

export type NodeUnpublishVolumeRequest = {volume_id: string; target_path: string};

export type NodeGetVolumeStatsRequest = {volume_id: string; volume_path: string};
