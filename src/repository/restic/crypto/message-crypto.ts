/** Encrypts, decrypts and authenticates message after message: AES-256-CTR, and Poly1305-AES of the ciphertext. One serves one thread. */
export type MessageCrypto = {
	/** Memory of its own: bytes that lie here are authenticated without a copy; those of others may overwrite it. */
	readonly window: Uint8Array;
	/** Begins a keystream. */
	beginCipher(iv: Uint8Array): void;
	/** Turns the next bytes of plaintext into ciphertext, or the other way round. `into` is as long as `from`, and either the same place or another. */
	crypt(from: Uint8Array, into: Uint8Array): void;
	/** Begins the MAC of the message with this IV; may be in another message's keystream. */
	beginMac(iv: Uint8Array): void;
	/** Takes the next bytes of ciphertext. */
	authenticate(bytes: Uint8Array): void;
	/** Ends the MAC, 16 bytes. */
	macInto(out: Uint8Array): void;
	/** Ends the MAC and compares it. */
	isMac(expected: Uint8Array): boolean;
};
