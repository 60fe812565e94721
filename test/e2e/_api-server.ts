import {randomBytes} from 'node:crypto';
import {systemClock} from '../../src/base/clock.ts';
import {createConnection} from '../../src/kube/client/connection.ts';
import {loadKubeConfig} from '../../src/kube/client/load-kube-config.ts';
import {apiVersion, group, kinds, version} from '../../src/api/v1alpha1/group.ts';
import type {Kind} from '../../src/api/v1alpha1/group.ts';
import type {KubeObject} from '../../src/api/v1alpha1/object-meta.ts';

export type Answer = {
	accepted: boolean;
	/** With defaults applied, when accepted. */
	object: KubeObject<Record<string, unknown>, Record<string, unknown>>;
	/** What a user reads when refused. */
	message: string;
	/** Paths of the fields that were refused. */
	fields: string[];
	body: unknown;
};

export type ApiServer = {
	/** What the API server says to `kubectl create` of this spec; nothing is stored. Unknown fields are refused. */
	judge(kind: Kind, spec: unknown, name?: string): Promise<Answer>;
	/** What it says to a merge patch of an object that exists; nothing is stored. */
	judgeChange(kind: Kind, name: string, change: object): Promise<Answer>;
	judgeStatus(kind: Kind, name: string, status: object): Promise<Answer>;
	create(kind: Kind, spec: unknown, name: string): Promise<void>;
	/** The rows that `kubectl get` prints. */
	table(kind: Kind, fieldSelector: string): Promise<{columnDefinitions: {name: string; priority: number}[]; rows: {cells: unknown[]}[]}>;
	/** Removes the namespace and all in it. */
	close(): Promise<void>;
};

/** The API server itself as a judge of schemas, with a namespace to store things in: no layer of ours stands between its answer and the test. */
export async function apiServer(): Promise<ApiServer> {
	const connection = createConnection(loadKubeConfig(), systemClock);
	const namespace = `lazarette-api-${randomBytes(4).toString('hex')}`;

	const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object, accept = 'application/json'): Promise<Answer> => {
		const {dispatcher, headers} = await connection.open('requests');
		const answer = await dispatcher.request({
			origin: connection.server.origin,
			path,
			method,
			headers: {...headers, accept, 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'},
			body: body ? JSON.stringify(body) : null,
		});
		return answerOf(answer.statusCode, await answer.body.json());
	};

	const collection = (kind: Kind): string => `/apis/${group}/${version}/namespaces/${namespace}/${kinds[kind].plural}`;
	const manifest = (kind: Kind, spec: unknown, name: string) => ({apiVersion, kind, metadata: {name, namespace}, spec});
	const dryRun = 'dryRun=All&fieldValidation=Strict';
	const mustAccept = (answer: Answer): Answer => {
		if (!answer.accepted) throw new Error(answer.message);
		return answer;
	};

	mustAccept(await send('POST', '/api/v1/namespaces', {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}}));
	return {
		judge: async (kind, spec, name = 'judged') => send('POST', `${collection(kind)}?${dryRun}`, manifest(kind, spec, name)),
		judgeChange: async (kind, name, change) => send('PATCH', `${collection(kind)}/${name}?${dryRun}`, change),
		judgeStatus: async (kind, name, status) => send('PATCH', `${collection(kind)}/${name}/status?${dryRun}`, {status}),
		create: async (kind, spec, name) => void mustAccept(await send('POST', `${collection(kind)}?fieldValidation=Strict`, manifest(kind, spec, name))),
		async table(kind, fieldSelector) {
			const answer = await send('GET', `${collection(kind)}?fieldSelector=${encodeURIComponent(fieldSelector)}`, undefined, 'application/json;as=Table;g=meta.k8s.io;v=v1');
			return mustAccept(answer).body as Awaited<ReturnType<ApiServer['table']>>;
		},
		async close() {
			await send('DELETE', `/api/v1/namespaces/${namespace}`);
			await connection.close();
		},
	};
}

function answerOf(status: number, body: unknown): Answer {
	const answer = body as Answer['object'] & {message?: string; details?: {causes?: {field?: string}[]}};
	const causes = answer.details?.causes ?? [];
	return {accepted: status < 300, object: answer, message: answer.message ?? '', fields: causes.flatMap(({field}) => field ?? []), body};
}
