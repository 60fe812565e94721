/** Why a name can not be that of a directory entry, or undefined. Such a name in an archive would lead a restore out of its target. */
export function invalidName(name: Uint8Array): string | undefined {
	if (name.length === 0) return 'is empty';
	if (name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e))) return 'is . or ..';
	if (name.includes(0x2f)) return 'holds a /';
	if (name.includes(0)) return 'holds a NUL byte';
	return undefined;
}

/** As `invalidName` for bytes [from, to), only whether it may be one. */
export function isNameAt(bytes: Uint8Array, from: number, to: number): boolean {
	const length = to - from;
	if (length === 0 || (bytes[from] === 0x2e && (length === 1 || (length === 2 && bytes[from + 1] === 0x2e)))) return false;
	for (let at = from; at < to; at++) if (bytes[at] === 0x2f || bytes[at] === 0) return false;
	return true;
}
