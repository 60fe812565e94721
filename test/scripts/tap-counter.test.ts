import test from 'ava';
import {createTapCounter} from '../../scripts/suite/tap-counter.ts';

test('verdicts are counted, and failures, skips and logs are shown', t => {
	const lines: string[] = [];
	const counter = createTapCounter(line => lines.push(line));
	for (const line of ['TAP version 13', 'ok 1 - works', '#   took 3 s', 'not ok 2 - breaks', '  ---', '    name: AssertionError', '  ...', 'ok 3 - later # SKIP no CSI', 'ok 4 - again', '', '1..4', '# tests 4', '# pass 2', '# fail 1']) counter.line(line);
	t.deepEqual(counter.counts(), {passed: 2, failed: 1, skipped: 1});
	t.deepEqual(lines, ['pass  works', '      took 3 s', 'FAIL  breaks', '        ---', '          name: AssertionError', '        ...', 'skip  later # SKIP no CSI', 'pass  again']);
});
