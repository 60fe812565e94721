import test from 'ava';
import fc from 'fast-check';
import {formatBytes, formatSeconds} from '../../src/cli/render/format-bytes.ts';
import {createProgressBar, progressLine} from '../../src/cli/render/progress-bar.ts';
import {renderTable} from '../../src/cli/render/table.ts';
import {systemClock} from '../../src/base/clock.ts';

test('sizes are shown with three digits and a binary unit', t => {
	t.deepEqual([0, 999, 1024, 1536, 5_000_000, 3 * 2 ** 40].map(formatBytes), ['0 B', '999 B', '1.00 KiB', '1.50 KiB', '4.77 MiB', '3.00 TiB']);
});

test('durations are shown as a person would say them', t => {
	t.deepEqual([0.84, 42.3, 187, 3727].map(formatSeconds), ['0.8 s', '42 s', '3:07 min', '1:02:07 h']);
});

test('a table pads its columns and aligns numbers to the right', t => {
	t.is(renderTable(['ID', 'Size'], [['a', '5'], ['bcd', '1000']], [1]), 'ID   Size\na       5\nbcd  1000');
});

test('the progress line never leaves its terminal', t => {
	fc.assert(
		fc.property(fc.nat(), fc.nat(), fc.option(fc.nat(), {nil: undefined}), fc.integer({min: 20, max: 200}), (filesDone, bytesDone, bytesTotal, columns) =>
			progressLine({filesDone, bytesDone, bytesTotal}, 3, columns).length < columns),
	);
	t.true(progressLine({filesDone: 1, bytesDone: 50, bytesTotal: 100}, 1, 100).includes(' 50 %'));
});

test('nothing is drawn where there is no terminal', t => {
	const bar = createProgressBar({write: () => t.fail('wrote')}, systemClock);
	bar.update({filesDone: 1, bytesDone: 1});
	bar.done();
	t.pass();
});
