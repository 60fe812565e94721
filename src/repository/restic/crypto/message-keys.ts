import {createCipheriv, createSecretKey} from 'node:crypto';
import type {Cipheriv, KeyObject} from 'node:crypto';
import type {MasterKey} from './master-key.ts';

/** What the master key gives for each message by its IV. One serves one thread. */
export class MessageKeys {
	readonly #encrypt: KeyObject;
	/** Poly1305-AES needs one AES block per message; a cipher for it each time would cost more than that block. */
	readonly #nonceCipher;
	/** r ‖ AES-128(k, IV): r stays, the rest changes with every message. */
	readonly #oneTimeKey = Buffer.alloc(32);

	constructor(key: MasterKey) {
		// A cipher made from a key object costs a microsecond, one from bytes eight.
		this.#encrypt = createSecretKey(key.encrypt);
		this.#nonceCipher = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false);
		key.macR.copy(this.#oneTimeKey);
	}

	/** Turns plaintext into ciphertext, and ciphertext into plaintext. */
	cipher(iv: Uint8Array): Cipheriv {
		return createCipheriv('aes-256-ctr', this.#encrypt, iv);
	}

	/** The one-time key of the MAC; valid until the next call. */
	macKey(iv: Uint8Array): Buffer {
		this.#nonceCipher.update(iv).copy(this.#oneTimeKey, 16);
		return this.#oneTimeKey;
	}
}
