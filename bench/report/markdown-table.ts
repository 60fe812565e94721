/** A Markdown table whose columns are also straight in a terminal; columns after the first `left` are right-aligned. */
export function markdownTable(headings: string[], rows: string[][], left: number): string {
	const widths = headings.map((heading, column) => Math.max(3, ...[heading, ...rows.map(row => row[column] ?? '')].map(cell => cell.length)));
	const line = (cells: string[]): string => `| ${widths.map((width, column) => (column < left ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join(' | ')} |`;
	const rule = `|${widths.map((width, column) => (column < left ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
	return [line(headings), rule, ...rows.map(line)].join('\n');
}
