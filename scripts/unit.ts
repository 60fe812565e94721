import {describeResult, runAva} from './suite/run-ava.ts';

const result = await runAva('unit', 'ava.config.js', process.argv.slice(2));
console.log(describeResult(result));
process.exitCode = result.failed === 0 ? 0 : 1;
