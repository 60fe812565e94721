/** Where a repository lies, as plain data without any secret: it may be logged, stored in a status and compared. */
export type StorageLocation = S3Location | FilesystemLocation;

export type S3Location = {
	kind: 's3';
	bucket: string;
	/** Folder of the repository inside the bucket, e.g. `prod/shop`; no `/` at either end, absent or '' for the whole bucket. */
	prefix?: string;
	/** `https://host[:port]`; absent means Amazon's own for the region. */
	endpoint?: string;
	/** Absent: AWS_REGION or AWS_DEFAULT_REGION, else `us-east-1`, which most other stores accept. */
	region?: string;
	/** How the bucket is named in a request. `Auto` (default): in the host for Amazon's endpoints, in the path for all others, which seldom have DNS names for buckets. */
	addressing?: Addressing;
	/** PEM certificates. When given, they alone are trusted for the endpoint. */
	caBundle?: string;
};

export const addressings = ['Auto', 'Path', 'VirtualHost'] as const;

export type Addressing = (typeof addressings)[number];

export type FilesystemLocation = {
	kind: 'filesystem';
	/** Absolute path of the directory that holds the repository; created by the first `put`. */
	path: string;
};

/** For people: `s3://bucket/prefix at https://host`, or the directory. */
export function describeLocation(location: StorageLocation): string {
	if (location.kind === 'filesystem') return location.path;
	const bucket = `s3://${location.bucket}${location.prefix ? `/${location.prefix}` : ''}`;
	return location.endpoint ? `${bucket} at ${location.endpoint}` : bucket;
}
