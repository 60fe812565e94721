import type {OnReadOpts, Socket} from 'node:net';

export type ConnectionTimeouts = {
	/** From the beginning until requests can be sent, TLS included. */
	connectMs: number;
	/** That a call of `read` waits for a byte. */
	idleMs: number;
};

/** For a GB, 64 KiB cost 0.8 s of CPU, this 0.57 and 1 MiB 0.35, which is not worth the memory: there are two for each connection. */
const bufferBytes = 256 * 1024;

/**
One connection whose bytes the system writes into two buffers that take turns: nothing is allocated for them, and nothing is read that nobody asked for. Node's
streams would make a buffer of every piece, and have the collector clear them away.
*/
export class Connection {
	readonly #socket: Socket;
	readonly #timeouts: ConnectionTimeouts;
	readonly #buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)] as const;
	/** The buffer that is read into; from `#from` to `#to` it holds what nobody has taken yet. */
	#turn: 0 | 1 = 0;
	#from = 0;
	#to = 0;
	#waiting: {resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void; timer: NodeJS.Timeout} | undefined;
	#end: Error | undefined;
	/** Between the beginning of a request and the end of its reply; bytes at any other time are nobody's. */
	#isAsked = false;
	#requests = 0;
	#hasAnswered = false;

	/** `open` makes a socket that reads as it is told. `onEnd` is called once, when the connection is of no further use. */
	constructor(open: (onread: OnReadOpts) => Socket, timeouts: ConnectionTimeouts, onEnd: () => void) {
		this.#timeouts = timeouts;
		this.#socket = open({buffer: () => this.#room(), callback: count => this.#take(count)});
		const connecting = setTimeout(() => this.end(timeout(`no connection within ${timeouts.connectMs} ms`)), timeouts.connectMs);
		const connected = (): void => clearTimeout(connecting);
		this.#socket.once('encrypted' in this.#socket ? 'secureConnect' : 'connect', connected);
		this.#socket.on('error', error => this.#fail(error));
		this.#socket.once('end', () => this.end());
		this.#socket.once('close', () => {
			connected();
			this.end();
			onEnd();
		});
	}

	/** Begins a request. Whatever was read before is no longer valid. */
	send(head: string): void {
		this.#socket.ref();
		this.#isAsked = true;
		this.#requests++;
		this.#hasAnswered = false;
		if (!this.#end) this.#socket.write(head, 'latin1');
	}

	/** The next bytes, at least one, as they arrive; valid until the next call. @throws the error that ended the connection */
	async read(): Promise<Uint8Array> {
		if (this.#from < this.#to) return this.#handOut();
		if (this.#end) throw this.#end;
		const {promise, resolve, reject} = Promise.withResolvers<Uint8Array>();
		const giveUp = (): void => {
			if (this.#waiting === waiting) this.end(timeout(`no data for ${this.#timeouts.idleMs} ms`));
		};
		// It may have been this thread that was busy: what has arrived meanwhile is taken first.
		const timer = setTimeout(() => setImmediate(giveUp), this.#timeouts.idleMs);
		const waiting = {resolve, reject, timer};
		this.#waiting = waiting;
		this.#socket.resume();
		return promise;
	}

	/** Keeps the connection for the next request, all of the reply being read. It reads on, so that it learns when the other side closes; until then it keeps no process alive. */
	rest(): void {
		if (this.#from < this.#to) {
			this.end();
			return;
		}
		this.#isAsked = false;
		this.#socket.resume();
		this.#socket.unref();
	}

	get isEnded(): boolean {
		return this.#end !== undefined;
	}

	/** Closes the connection. Whoever waits gets `error`. */
	end(error: Error = hangUp()): void {
		this.#fail(error);
		this.#socket.destroy();
	}

	/** Where the next bytes go, which Node asks after each call of `#take`. Never empty: TLS would try for ever to get rid of the rest of a record. */
	#room(): Uint8Array {
		return this.#buffers[this.#turn].subarray(this.#end ? 0 : this.#to);
	}

	/** What arrived lies behind what is there. Returns whether to read on. */
	#take(count: number): boolean {
		this.#hasAnswered = true;
		this.#to += count;
		if (this.#waiting) {
			const {resolve, timer} = this.#waiting;
			this.#waiting = undefined;
			clearTimeout(timer);
			resolve(this.#handOut());
			// Whoever asks has let go of what lies in the other buffer.
			this.#turn = this.#turn === 0 ? 1 : 0;
			this.#from = this.#to = 0;
		} else if (!this.#isAsked || this.#to === bufferBytes) {
			this.end();
		}
		// TLS goes on with what it has decrypted already, a record at a time; that is why there is a place for more.
		return false;
	}

	#handOut(): Uint8Array {
		const bytes = this.#buffers[this.#turn].subarray(this.#from, this.#to);
		this.#from = this.#to;
		return bytes;
	}

	#fail(error: Error): void {
		// The store may have closed a connection between two requests: we learn of it by using it, and that says nothing about the store.
		this.#end ??= Object.assign(error, {reusedSocket: this.#requests > 1 && !this.#hasAnswered});
		if (!this.#waiting) return;
		const {reject, timer} = this.#waiting;
		this.#waiting = undefined;
		clearTimeout(timer);
		reject(this.#end);
	}
}

const hangUp = (): Error => Object.assign(new Error('the connection was closed'), {code: 'ECONNRESET'});

const timeout = (message: string): Error => Object.assign(new Error(message), {code: 'ETIMEDOUT'});
