import {timingSafeEqual} from 'node:crypto';
import {LazaretteError} from '../../../base/errors.ts';
import {createIvSource} from './iv-source.ts';
import {MessageKeys} from './message-keys.ts';
import {Opener} from './opener.ts';
import {PackCipher} from './pack-cipher.ts';
import {Poly1305} from './poly1305.ts';
import {release} from './release.ts';
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
/** Ciphertext of a piece is still in a core's cache when it is copied. */
const pieceLength = 32 * 1024;

/**
Seals and opens messages as restic's format has it: IV ‖ AES-256-CTR ciphertext ‖ Poly1305-AES of the ciphertext alone (the IV is covered as the
MAC's nonce). One Sealer serves one thread.
*/
export class Sealer {
	/** Bytes a sealed message is longer than its plaintext: IV (16) and MAC (16). */
	static readonly overhead = ivLength + macLength;

	readonly #key: MasterKey;
	readonly #keys: MessageKeys;
	readonly #nextIv: () => Buffer;
	readonly #opener: Opener;
	readonly #idle: Poly1305[] = [];

	constructor(key: MasterKey, random: Random) {
		this.#key = key;
		this.#keys = new MessageKeys(key);
		this.#nextIv = createIvSource(random);
		this.#opener = new Opener(key);
	}

	/** For the Sealer of another thread of this process; it goes nowhere else. */
	get key(): MasterKey {
		return this.#key;
	}

	/** Seals many messages in a row, as those of packs are, into a window of its own. Does not disturb other calls. */
	packCipher(windowSize: number): PackCipher {
		return new PackCipher(this.#keys, this.#nextIv, windowSize);
	}

	/** IV ‖ ciphertext ‖ MAC. */
	seal(plain: Uint8Array): Buffer {
		const {iv, update, final} = this.sealStream();
		const sealed = Buffer.allocUnsafe(plain.length + Sealer.overhead);
		sealed.set(iv);
		for (let at = 0; at < plain.length; at += pieceLength) {
			const ciphertext = update(plain.subarray(at, at + pieceLength));
			sealed.set(ciphertext, ivLength + at);
			release(ciphertext);
		}
		sealed.set(final(), ivLength + plain.length);
		return sealed;
	}

	/** For messages that do not fit in memory. Streams may overlap each other and other calls. */
	sealStream(): SealStream {
		const iv = Buffer.from(this.#nextIv());
		const cipher = this.#keys.cipher(iv);
		const mac = this.#idle.pop() ?? new Poly1305();
		mac.begin(this.#keys.macKey(iv));
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
		if (!this.#opener.isAuthentic(sealed)) return undefined;
		return this.#keys.cipher(sealed.subarray(0, ivLength)).update(sealed.subarray(ivLength, sealed.length - macLength));
	}

	/** Whether the MAC fits; nothing is decrypted. */
	isAuthentic(sealed: Uint8Array): boolean {
		return this.#opener.isAuthentic(sealed);
	}

	/** For messages that do not fit in memory: everything between `iv` and the MAC goes through `update`. */
	openStream(iv: Uint8Array, what: string): OpenStream {
		const cipher = this.#keys.cipher(iv);
		const mac = this.#idle.pop() ?? new Poly1305();
		let length = Sealer.overhead;
		mac.begin(this.#keys.macKey(iv));
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
}

const sameTag = (tag: Uint8Array, expected: Uint8Array): boolean => expected.length === macLength && timingSafeEqual(tag, expected);

const damaged = (what: string, length: number): LazaretteError =>
	new LazaretteError('RepositoryDamaged', `${what} (${length} bytes) fails its authentication: it was truncated, altered, or belongs to another repository`, {
		hint: 'run a check to see what else is affected; objects written before the damage are not lost',
		context: {object: what, bytes: length},
	});
