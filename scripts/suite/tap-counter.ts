export type Counts = {passed: number; failed: number; skipped: number};

/** Reads TAP line by line, passes on what a person wants to see, and counts the verdicts. */
export function createTapCounter(print: (line: string) => void): {line(text: string): void; counts(): Counts} {
	const counts: Counts = {passed: 0, failed: 0, skipped: 0};
	let showing = false;
	return {
		line(text) {
			const verdict = /^(not ok|ok) \d+ - (.*)$/.exec(text);
			if (verdict) {
				const [, word, title = ''] = verdict;
				const skipped = / # (SKIP|TODO)\b/i.test(title);
				showing = word === 'not ok' && !skipped;
				if (skipped) counts.skipped += 1;
				else if (showing) counts.failed += 1;
				else counts.passed += 1;
				print(`${skipped ? 'skip' : showing ? 'FAIL' : 'pass'}  ${title}`);
			} else if (text.startsWith('#   ')) {
				// What a test logs; the summary's lines have one space.
				print(`      ${text.slice(4)}`);
			} else if (/^(1\.\.\d+|# |TAP version)/.test(text)) {
				showing = false;
			} else if (showing || text.startsWith('Bail out!')) {
				print(`      ${text}`);
			}
		},
		counts: () => ({...counts}),
	};
}
