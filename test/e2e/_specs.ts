/** A JSON value that tests reshape freely. */
export type Spec = Record<string, unknown>;

const s3 = {bucket: 'backups', credentialsSecretRef: {name: 'offsite-s3'}};

export const repositorySpec = (): Spec => ({
	storage: {s3: {...s3, endpoint: 'https://s3.example.net', prefix: 'prod/shop'}},
	encryption: {passwordSecretRef: {name: 'offsite-key'}},
});

export const repositoryOn = (change: Spec): Spec => ({...repositorySpec(), storage: {s3: {...s3, ...change}}});

export const filesystemRepository = (change: Spec = {}): Spec => ({...repositorySpec(), storage: {filesystem: {claimName: 'vault', ...change}}});

export const backupSpec = (change: Spec = {}): Spec => ({repositoryRef: {name: 'offsite'}, source: {claimName: 'orders-db'}, ...change});

export const scheduleSpec = (change: Spec = {}, template: Spec = {}): Spec => ({cron: '30 2 * * *', template: {spec: backupSpec()}, ...change, ...(Object.keys(template).length > 0 && {template})});

export const claimTemplate = (change: Spec = {}): Spec => ({
	metadata: {name: 'orders-db'},
	spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '50Gi'}}, ...change},
});

export const restoreSpec = (change: Spec = {}): Spec => ({
	repositoryRef: {name: 'offsite'},
	from: {claimName: 'orders-db'},
	to: {claimTemplate: claimTemplate()},
	...change,
});

/** Every field of the mover settings. */
export const moverSettings: Spec = {
	identity: 'Unprivileged',
	resources: {requests: {cpu: '500m', memory: '128Mi'}, limits: {memory: '1Gi', cpu: 2}},
	nodeSelector: {'kubernetes.io/arch': 'amd64'},
	tolerations: [{key: 'dedicated', value: 'backup', effect: 'NoSchedule'}, {operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60}],
	securityContext: {runAsUser: 999, runAsGroup: 999, fsGroup: 999, supplementalGroups: [1000]},
	serviceAccountName: 'backup',
};
