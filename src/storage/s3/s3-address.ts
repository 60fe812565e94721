import type {S3Location} from '../location.ts';

/** Where requests for a bucket go. */
export type S3Address = {
	secure: boolean;
	/** An IPv6 address stands in brackets. */
	hostname: string;
	port?: number;
	/** Before the object's key, escaped, without a slash at its end. */
	path: string;
};

export function s3Address(location: S3Location): S3Address {
	const {protocol, hostname, port, pathname} = new URL(location.endpoint ?? `https://s3.${regionOf(location)}.${domainOf(regionOf(location))}`);
	const base = pathname.replace(/\/+$/, '');
	const inPath = usesPathStyle(location);
	return {
		secure: protocol === 'https:',
		hostname: inPath ? hostname : `${location.bucket}.${hostname}`,
		...(port === '' ? {} : {port: Number(port)}),
		path: inPath ? `${base}/${escapeSegment(location.bucket)}` : base,
	};
}

export const regionOf = ({region}: S3Location): string => region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1';

export function usesPathStyle({addressing = 'Auto', endpoint, bucket}: S3Location): boolean {
	if (addressing !== 'Auto') return addressing === 'Path';
	// Amazon's certificates cover one name below the region's; a bucket with a dot in its name would be two. Names of other forms are no host names.
	return !/^[a-z\d][a-z\d-]{1,61}[a-z\d]$/.test(bucket) || (endpoint !== undefined && !isAmazons(endpoint));
}

const isAmazons = (endpoint: string): boolean => /\.amazonaws\.(com|com\.cn|eu)$/.test(new URL(endpoint).hostname);

/** Amazon's partitions that have a domain of their own, by how their regions begin. */
const domains: Array<[regions: RegExp, domain: string]> = [
	[/^cn-/, 'amazonaws.com.cn'],
	[/^eusc-/, 'amazonaws.eu'],
	[/^us-iso-/, 'c2s.ic.gov'],
	[/^us-isob-/, 'sc2s.sgov.gov'],
	[/^eu-isoe-/, 'cloud.adc-e.uk'],
	[/^us-isof-/, 'csp.hci.ic.gov'],
];

const domainOf = (region: string): string => domains.find(([regions]) => regions.test(region))?.[1] ?? 'amazonaws.com';

/** All but the unreserved characters of RFC 3986, as Signature Version 4 has it. */
export const escapeSegment = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** A key as it stands in a request: its slashes stay. */
export const escapeKey = (key: string): string => key.split('/').map(escapeSegment).join('/');
