/**
Resource versions of one resource are decimal integers that only grow (KEP-5504, conformance since Kubernetes 1.35; true of every etcd
before). A server whose versions are not numbers gives undefined: then nothing may be concluded from their order.
*/
export function compareResourceVersions(left: string, right: string): number | undefined {
	if (!decimal.test(left) || !decimal.test(right)) return undefined;
	// Longer means greater; equal lengths compare as text. Exact beyond 2^53, unlike numbers.
	if (left.length !== right.length) return left.length - right.length;
	return left < right ? -1 : left > right ? 1 : 0;
}

const decimal = /^(?:0|[1-9]\d*)$/;

/** Whether `version` is surely newer than `than`. */
export const isNewer = (version: string | undefined, than: string | undefined): boolean =>
	version !== undefined && than !== undefined && (compareResourceVersions(version, than) ?? 0) > 0;
