/** Columns padded to their widest cell, two spaces apart, headings first; numbers are right-aligned by the caller's choice. */
export function renderTable(headings: string[], rows: string[][], rightAligned: number[] = []): string {
	const all = [headings, ...rows];
	const widths = headings.map((_, column) => Math.max(...all.map(row => (row[column] ?? '').length)));
	return all
		.map(row =>
			row
				.map((cell, column) => (rightAligned.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
