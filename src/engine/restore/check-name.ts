/** Whether bytes from an archive may be used as the name of one entry: anything else could lead out of the target, or to another entry. */
export const isSafeName = (name: Buffer): boolean =>
	name.length > 0 && !name.includes(slash) && !name.includes(0) && !(name[0] === dot && (name.length === 1 || (name.length === 2 && name[1] === dot)));

const slash = 0x2f;
const dot = 0x2e;
