import {createCipheriv, timingSafeEqual} from 'node:crypto';
import {LazaretteError} from '../../../base/errors.ts';
import {createIvSource} from './iv-source.ts';
import {MessageCipher} from './message-cipher.ts';
import {PackCipher} from './pack-cipher.ts';
import {Poly1305} from './poly1305.ts';
import type {Random} from '../../../base/random.ts';
import type {MasterKey} from './master-key.ts';

export type SealStream = {
	/** Goes before the ciphertext. */
	readonly iv: Buffer;
	/** Ciphertext of `plain`, of the same length. */
	update(plain: Uint8Array): Buffer;
	/** The 16-byte MAC that goes after the ciphertext. */
	final(): Buffer;
};

export type OpenStream = {
	/** Plaintext of `ciphertext`. Nothing may be believed of it before `final` has returned. */
	update(ciphertext: Uint8Array): Buffer;
	/** @throws RepositoryDamaged when `mac` does not belong to what was read */
	final(mac: Uint8Array): void;
};

const ivLength = 16;
const macLength = 16;

/**
Seals and opens messages as restic's format has it: IV ‖ AES-256-CTR ciphertext ‖ Poly1305-AES of the ciphertext alone (the IV is covered as the
MAC's nonce). One Sealer serves one thread.
*/
export class Sealer {
	/** Bytes a sealed message is longer than its plaintext: IV (16) and MAC (16). */
	static readonly overhead = ivLength + macLength;

	readonly #key: MasterKey;
	readonly #encrypt: Buffer;
	readonly #nextIv: () => Buffer;
	readonly #cipher: MessageCipher;
	/** r ‖ AES-128(k, IV): r stays, the rest changes with every message. */
	readonly #oneTimeKey = Buffer.alloc(32);
	/** Poly1305-AES needs one AES block per message; making a cipher for it each time would cost more than all the rest of a small message. */
	readonly #nonceCipher;
	readonly #idle: Poly1305[] = [];

	constructor(key: MasterKey, random: Random) {
		this.#key = key;
		this.#encrypt = key.encrypt;
		this.#nextIv = createIvSource(random);
		this.#cipher = new MessageCipher(key.encrypt);
		this.#nonceCipher = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false);
		key.macR.copy(this.#oneTimeKey);
	}

	/** For the Sealer of another thread of this process; it goes nowhere else. */
	get key(): MasterKey {
		return this.#key;
	}

	/** Seals many messages in a row, as those of packs are, into a window of its own. Does not disturb other calls. */
	packCipher(windowSize: number): PackCipher {
		return new PackCipher({encrypt: this.#encrypt, nextIv: this.#nextIv, oneTimeKey: iv => this.#keyFor(iv)}, windowSize);
	}

	/** IV ‖ ciphertext ‖ MAC. */
	seal(plain: Uint8Array): Buffer {
		const sealed = Buffer.allocUnsafe(plain.length + Sealer.overhead);
		this.sealInto(plain, sealed, 0);
		return sealed;
	}

	/** As `seal`, into `out` at `offset`. Returns the bytes written: `plain.length` + 32. */
	sealInto(plain: Uint8Array, out: Uint8Array, offset: number): number {
		const iv = this.#nextIv();
		out.set(iv, offset);
		const ciphertext = out.subarray(offset + ivLength, offset + ivLength + plain.length);
		out.set(this.#cipher.encrypt(iv, this.#keyFor(iv), plain, ciphertext), offset + ivLength + plain.length);
		return plain.length + Sealer.overhead;
	}

	/** For messages that do not fit in memory. Streams may overlap each other and other calls. */
	sealStream(): SealStream {
		const iv = Buffer.from(this.#nextIv());
		const cipher = createCipheriv('aes-256-ctr', this.#encrypt, iv);
		const mac = this.#idle.pop() ?? new Poly1305();
		mac.begin(this.#keyFor(iv));
		return {
			iv,
			update: plain => {
				const ciphertext = cipher.update(plain);
				mac.update(ciphertext);
				return ciphertext;
			},
			final: () => {
				const tag = mac.finish();
				this.#idle.push(mac);
				return tag;
			},
		};
	}

	/** @throws RepositoryDamaged naming `what`, before anything is decrypted */
	open(sealed: Uint8Array, what: string): Buffer {
		const plain = this.tryOpen(sealed);
		if (!plain) throw damaged(what, sealed.length);
		return plain;
	}

	/** As `open`, but undefined when the MAC does not fit: the key may be another's. */
	tryOpen(sealed: Uint8Array): Buffer | undefined {
		if (sealed.length < Sealer.overhead) return undefined;
		const plain = Buffer.allocUnsafe(sealed.length - Sealer.overhead);
		return this.#openInto(sealed, plain) ? plain : undefined;
	}

	/** Whether the MAC fits; nothing is decrypted. */
	isAuthentic(sealed: Uint8Array): boolean {
		if (sealed.length < Sealer.overhead) return false;
		const iv = sealed.subarray(0, ivLength);
		const end = sealed.length - macLength;
		let authentic = false;
		this.#cipher.decrypt(iv, this.#keyFor(iv), sealed.subarray(ivLength, end), noPlaintext, tag => {
			authentic = sameTag(tag, sealed.subarray(end));
			return false;
		});
		return authentic;
	}

	/** As `open`, into `out` at `offset`. Returns the bytes written: `sealed.length` - 32. */
	openInto(sealed: Uint8Array, out: Uint8Array, offset: number, what: string): number {
		const length = sealed.length - Sealer.overhead;
		if (length < 0 || !this.#openInto(sealed, out.subarray(offset, offset + length))) throw damaged(what, sealed.length);
		return length;
	}

	/** For messages that do not fit in memory: everything between `iv` and the MAC goes through `update`. */
	openStream(iv: Uint8Array, what: string): OpenStream {
		const cipher = createCipheriv('aes-256-ctr', this.#encrypt, iv);
		const mac = this.#idle.pop() ?? new Poly1305();
		let length = Sealer.overhead;
		mac.begin(this.#keyFor(iv));
		return {
			update: ciphertext => {
				length += ciphertext.length;
				mac.update(ciphertext);
				return cipher.update(ciphertext);
			},
			final: expected => {
				const tag = mac.finish();
				this.#idle.push(mac);
				if (!sameTag(tag, expected)) throw damaged(what, length);
			},
		};
	}

	#openInto(sealed: Uint8Array, plain: Uint8Array): boolean {
		const iv = sealed.subarray(0, ivLength);
		const end = sealed.length - macLength;
		return this.#cipher.decrypt(iv, this.#keyFor(iv), sealed.subarray(ivLength, end), plain, tag => sameTag(tag, sealed.subarray(end)));
	}

	#keyFor(iv: Uint8Array): Buffer {
		this.#nonceCipher.update(iv).copy(this.#oneTimeKey, macLength);
		return this.#oneTimeKey;
	}
}

const noPlaintext = new Uint8Array(0);

const sameTag = (tag: Uint8Array, expected: Uint8Array): boolean => expected.length === macLength && timingSafeEqual(tag, expected);

const damaged = (what: string, length: number): LazaretteError =>
	new LazaretteError('RepositoryDamaged', `${what} (${length} bytes) fails its authentication: it was truncated, altered, or belongs to another repository`, {
		hint: 'run a check to see what else is affected; objects written before the damage are not lost',
		context: {object: what, bytes: length},
	});
