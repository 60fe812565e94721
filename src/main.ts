#!/usr/bin/env node
import {setFlagsFromString} from 'node:v8';

/**
Three programs behind one name, each loaded only when it is asked for: `operator` watches custom resources, `mover` reads or writes one volume inside
a Job's pod, and everything else is the command line.
*/
async function main([program, ...rest]: string[]): Promise<number> {
	switch (program) {
		case 'operator': {
			// Passes over thousands of objects are a stream of short-lived ones: without this V8 answers with a young generation of tens of megabytes.
			setFlagsFromString('--semi-space-growth-factor=1');
			process.setSourceMapsEnabled(true);
			const {runOperator} = await import('./operator/run-operator.ts');
			return runOperator(rest);
		}

		case 'mover': {
			const {runMover} = await import('./mover/run-mover.ts');
			return runMover();
		}

		default: {
			const {runCli} = await import('./cli/run-cli.ts');
			return runCli(program === undefined ? [] : [program, ...rest]);
		}
	}
}

process.exitCode = await main(process.argv.slice(2));
