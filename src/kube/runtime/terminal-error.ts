/** Thrown by a pass that cannot succeed until something changes: it is counted and not tried again by itself. */
export class TerminalError extends Error {
	override readonly name = 'TerminalError';
}
