/** Text from outside as part of a message: one line of bounded length. */
export function oneLine(text: string | undefined, maxLength = 512): string {
	const line = (text ?? '').replaceAll(/[\s\p{Cc}]+/gv, ' ').trim();
	return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}
