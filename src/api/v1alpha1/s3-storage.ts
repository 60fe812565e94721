import {choice, object, objectName, optional, text} from './fields.ts';
import type {Static} from 'typebox';

const endpoint = text('endpoint is the URL of the store, such as https://s3.example.net:9000. Default: AWS, by region.', 1024, {
	rules: [
		{
			rule: 'isURL(self) && url(self).getScheme() in [\'http\', \'https\'] && url(self).getHost() != \'\'',
			message: 'endpoint must be a URL that begins with https:// or http://, such as https://s3.example.net',
		},
		{
			rule: '!self.contains(\'@\') && !self.contains(\'?\') && !self.contains(\'#\')',
			message: 'endpoint must hold neither user and password nor a query; credentials belong in the Secret of credentialsSecretRef',
		},
	],
});

const bucket = text('bucket is the name of an existing bucket; Lazarette never creates one.', 255, {
	rules: [{
		rule: 'self.matches(\'^[A-Za-z0-9][-A-Za-z0-9._]*[A-Za-z0-9]$\')',
		message: 'bucket must be a bare name of letters, digits, ".", "-" and "_", such as "backups"; a path inside the bucket is the prefix, the store is the endpoint',
	}],
});

const prefix = text('prefix is put before the name of every object, so that several repositories share a bucket; empty means the whole bucket.', 512, {
	minLength: 0,
	default: '',
	pattern: '^[-A-Za-z0-9!_.*\'()=+/]*$',
	rules: [{
		rule: 'self == \'\' || self.split(\'/\').all(segment, segment != \'\' && segment != \'.\' && segment != \'..\')',
		message: 'prefix must look like "prod/shop": no leading or trailing "/", and no empty, "." or ".." segment',
	}],
});

export const s3StorageSchema = object('s3 keeps the repository in a bucket of Amazon S3 or of a store that speaks its protocol.', {
	endpoint: optional(endpoint),
	region: optional(text('region of the bucket. Default: us-east-1, which stores other than AWS accept.', 64, {pattern: '^[-A-Za-z0-9_]+$'})),
	bucket,
	prefix,
	addressing: choice('addressing puts the bucket into the host name (VirtualHost) or the path (Path). Auto: VirtualHost for AWS, Path for any other endpoint.', ['Auto', 'Path', 'VirtualHost'], {default: 'Auto'}),
	credentialsSecretRef: optional(object('credentialsSecretRef is the Secret with the keys accessKeyId, secretAccessKey, optionally sessionToken, and optionally caBundle (PEM certificates that the store\'s certificate is checked against).', {
		name: objectName('name of the Secret, in the same namespace.'),
	})),
	workloadIdentity: optional(object('workloadIdentity lets the cloud give the mover its credentials, through the mover\'s service account.', {
		serviceAccountName: objectName('serviceAccountName is the service account, in the same namespace, that the cloud trusts.'),
	})),
}, {
	rules: [{
		rule: '[has(self.credentialsSecretRef), has(self.workloadIdentity)].exists_one(present, present)',
		message: 'exactly one of credentialsSecretRef and workloadIdentity must be set',
	}],
});

export type S3Storage = Static<typeof s3StorageSchema>;
