import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {projectRoot} from '../suite/run-ava.ts';
import type {Cluster} from '../../test/cluster/cluster.ts';

export type Story = {
	chapter(title: string, remark?: string): void;
	detail(line: string): void;
	/** Shows a manifest of deploy/quickstart and applies it. */
	apply(cluster: Cluster, file: string): Promise<void>;
	/** Shows a kubectl command, runs it, shows its answer. */
	kubectl(cluster: Cluster, ...argv: string[]): Promise<string>;
	/** Waits until an object of ours is Ready; shows its conditions and ends the story when it says that a person must act. */
	ready(cluster: Cluster, kind: string, namespace: string, name: string): Promise<void>;
	/** Shows an object's conditions, one a line. */
	conditions(cluster: Cluster, kind: string, namespace: string, name: string): Promise<void>;
	ending(text: string): void;
};

/** What the quick start shows: each command as one would type it, and what it answered. */
export function createStory(print: (line: string) => void): Story {
	const started = performance.now();
	let chapters = 0;
	const indent = (text: string): void => {
		for (const line of text.trimEnd().split('\n')) print(`    ${line}`);
	};

	const kubectl: Story['kubectl'] = async (cluster, ...argv) => {
		print(`  $ kubectl ${argv.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`);
		const answer = await cluster.kubectl(...argv);
		indent(answer.trim() === '' ? '(nothing)' : answer);
		return answer;
	};

	const conditions: Story['conditions'] = async (cluster, kind, namespace, name) => {
		const template = '{range .status.conditions[*]}{.type}={.status} ({.reason}) {.message}{"\\n"}{end}';
		await kubectl(cluster, 'get', kind, name, '--namespace', namespace, '-o', `jsonpath=${template}`);
	};

	return {
		conditions,
		async ready(cluster, kind, namespace, name) {
			const object = ['--namespace', namespace, `${kind}/${name}`];
			print(`  $ kubectl wait ${object.join(' ')} --for=condition=Ready`);
			for (let round = 0; round < 60; round++) {
				const met = await cluster.kubectl('wait', ...object, '--for=condition=Ready', '--timeout=5s').catch(() => undefined);
				if (met) return indent(met);
				const stalled = await cluster.kubectl('get', ...object, '-o', 'jsonpath={.status.conditions[?(@.type=="Stalled")].status}');
				if (stalled === 'True') break;
			}

			await conditions(cluster, kind, namespace, name);
			throw new Error(`${kind} ${name} did not become Ready; its conditions say why`);
		},
		chapter(title, remark) {
			chapters += 1;
			print(`\n${chapters}. ${title}   [${((performance.now() - started) / 1000).toFixed(0)} s]`);
			if (remark) print(`   ${remark}`);
		},
		detail: line => print(`    ${line}`),
		kubectl,
		async apply(cluster, file) {
			const path = join('deploy/quickstart', file);
			indent(await readFile(join(projectRoot, path), 'utf8'));
			print(`  $ kubectl apply -f ${path}`);
			indent(await cluster.kubectl('apply', '-f', join(projectRoot, path)));
		},
		ending: text => print(`\n${text}\n`),
	};
}
