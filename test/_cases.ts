/** With how many cases a property is tried: few where an answer is wanted within a minute, ten times as many in the integration suites. */
export const cases = (few: number): number => few * Number(process.env['LAZARETTE_CASES'] ?? 1);
