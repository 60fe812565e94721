import {CommanderError} from 'commander';
import {createLogger} from '../base/log.ts';
import {createRegistry} from '../base/metrics.ts';
import {loadKubeConfig} from '../kube/client/load-kube-config.ts';
import {createOperator} from './create-operator.ts';
import {keepHeapSmall} from './keep-heap-small.ts';
import {operate} from './operate.ts';
import {parseOptions} from './parse-options.ts';
import type {OperatorOptions} from './parse-options.ts';

/** Nothing may go on in the name of an operator that has failed. */
const lingerMs = 5000;

/** `lazarette operator`: works until SIGTERM or SIGINT, or until it loses its lease. Resolves to the process's exit code. */
export async function runOperator(argv: readonly string[]): Promise<number> {
	let options: OperatorOptions;
	try {
		options = parseOptions(argv);
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		throw error;
	}

	keepHeapSmall();
	const log = createLogger({level: options.logLevel});
	const stop = new AbortController();
	const onSignal = (signal: NodeJS.Signals): void => {
		log.info({signal}, stop.signal.aborted ? 'told to stop again: ending at once' : 'stopping');
		if (stop.signal.aborted) process.exit(1);
		stop.abort();
	};

	process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
	try {
		const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined && !process.env['KUBECONFIG'];
		const operator = await createOperator(options, {kubeConfig: loadKubeConfig({inCluster}), log, registry: createRegistry(), signal: stop.signal});
		const unclean = await operate(operator, stop.signal);
		log.info({unclean}, 'stopped');
		return unclean.length === 0 ? 0 : 1;
	} catch (error) {
		const code = stop.signal.aborted ? 0 : 1;
		if (code !== 0) log.fatal({error}, 'the operator cannot go on');
		setTimeout(() => process.exit(code), lingerMs).unref();
		return code;
	} finally {
		process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
	}
}
