const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** `41.2 MiB`; whole bytes below 1 KiB. */
export function humanBytes(bytes: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= 1023.95 && unit < units.length - 1) {
		value /= 1024;
		unit++;
	}

	return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** `1h2m3s`, as kubectl writes durations. */
export function humanDuration(seconds: number): string {
	const parts: Array<[number, string]> = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']];
	const text = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value}${unit}`).join('');
	return text || '0s';
}
