import type {Event} from '../../kube/resources.ts';

/**
Reason of the Events with which kubelets (feature gate CSIVolumeHealth) report of pods, and the external health monitor of claims, that a CSI driver
finds a volume abnormal (KEP-1432).
*/
export const volumeAbnormal = 'VolumeConditionAbnormal';

/** Which object it is about, and when. */
export const trimVolumeReport = ({apiVersion, kind, metadata, regarding, eventTime, series, deprecatedLastTimestamp}: Event): Event => ({
	apiVersion,
	kind,
	metadata: {name: metadata.name, ...pick(metadata, 'namespace', 'uid', 'resourceVersion', 'creationTimestamp')},
	...(regarding && {regarding: pick(regarding, 'kind', 'namespace', 'name', 'uid')}),
	...pick({eventTime, deprecatedLastTimestamp}, 'eventTime', 'deprecatedLastTimestamp'),
	...(series && {series}),
});

export const objectNamespace = ({metadata}: Event): string[] => [metadata.namespace ?? ''];

/** When it was last reported. Drivers still write the older of the two Event APIs, whose times come under other names. */
export function reportedAt({metadata, eventTime, series, deprecatedLastTimestamp}: Event): Date | undefined {
	const times = [series?.lastObservedTime, deprecatedLastTimestamp, eventTime, metadata.creationTimestamp].flatMap(time => (time ? [Date.parse(time)] : [])).filter(ms => !Number.isNaN(ms));
	return times.length > 0 ? new Date(Math.max(...times)) : undefined;
}

function pick<T extends object, Key extends keyof T>(value: T, ...keys: Key[]): {[K in Key]: NonNullable<T[K]>} {
	return Object.fromEntries(keys.flatMap(key => (value[key] === undefined || value[key] === null ? [] : [[key, value[key]]]))) as {[K in Key]: NonNullable<T[K]>};
}
