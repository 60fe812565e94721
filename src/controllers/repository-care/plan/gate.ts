/** What needs the repository for itself first waits for a pause between movers, and then asks for one. */
export const patienceMs = 15 * 60_000;
/** So long movers that have not begun stay outside; a mover that takes longer than this is outwaited another time. */
export const keepFreeMs = 10 * 60_000;
const roundMs = 60 * 60_000;

export type Gate = {open: true} | {open: false; /** Whether movers that have not begun stay outside now. */ keepFree: boolean; /** Until that changes by itself. */ againMs: number};

/**
Whether work that needs the repository for itself may begin. It never interrupts a mover. For a quarter of an hour it only waits; then movers that have
not begun are held back for ten minutes, so that those under way can end; and so on every hour, because one mover may take a day, and the
others must not wait for that.
*/
export function gate(movers: number, waitsForMs: number): Gate {
	if (movers === 0) return {open: true};
	const inRound = Math.max(0, waitsForMs) % roundMs;
	const [keepFree, untilMs] = inRound < patienceMs ? [false, patienceMs] : inRound < patienceMs + keepFreeMs ? [true, patienceMs + keepFreeMs] : [false, roundMs + patienceMs];
	return {open: false, keepFree, againMs: untilMs - inRound};
}
