import type {Seeded} from './seeded.ts';

const services = ['checkout', 'catalog', 'payments', 'search', 'sessions', 'shipping', 'ledger', 'mailer'];
const routes = ['/api/v1/orders', '/api/v1/orders/items', '/api/v1/customers', '/api/v2/search', '/healthz', '/api/v1/baskets', '/internal/metrics', '/api/v1/payments/intents'];
const messages = ['request finished', 'request finished', 'request finished', 'cache miss, asking upstream', 'retrying after timeout', 'row locked by another transaction', 'token refreshed', 'slow query'];
const levels = ['INFO ', 'INFO ', 'INFO ', 'INFO ', 'DEBUG', 'WARN ', 'ERROR'];

/** Lines as the services of a shop write them, about 200 bytes each; zstd makes a third of them. */
export function createLogWriter(random: Seeded): (length: number) => Buffer {
	let clock = Date.UTC(2026, 0, 1);
	const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
	const pods = services.flatMap(service => Array.from({length: 6}, () => `${service}-${hex(4)}-${hex(3)}`));
	function hex(bytes: number): string {
		return random.below(2 ** (8 * bytes)).toString(16).padStart(2 * bytes, '0');
	}

	const line = (): string => {
		clock += random.below(40);
		const status = random.below(20) === 0 ? 503 : 200;
		return `${new Date(clock).toISOString()} ${pick(levels)} ${pick(pods)} trace=${random.bytes(16).toString('hex')} session=${random.bytes(18).toString('base64')} ${pick(['GET', 'GET', 'GET', 'POST', 'PUT'])} ${pick(routes)}/${random.below(2_000_000)} status=${status} bytes=${random.below(65_536)} ms=${(random.unit() * 250).toFixed(2)} msg="${pick(messages)}"\n`;
	};

	return length => {
		const lines: string[] = [];
		for (let size = 0; size < length; ) {
			const text = line();
			lines.push(text);
			size += text.length;
		}
		return Buffer.from(lines.join(''), 'latin1').subarray(0, length);
	};
}
