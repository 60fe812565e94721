import {loadKoffi} from '../../../../base/load-koffi.ts';

/** A place in native memory. */
export type Pointer = bigint;

/** Functions of OpenSSL under their own names. All lengths are given by callers, who answer for what lies behind them. Those that return a number return 1, or fail. */
export type OpenSsl = {
	EVP_MAC_fetch(library: null, name: string, properties: null): Pointer | null;
	EVP_MAC_CTX_new(mac: Pointer): Pointer | null;
	EVP_MAC_CTX_free(context: Pointer): void;
	EVP_MAC_init(context: Pointer, key: Uint8Array, keyLength: number, parameters: null): number;
	EVP_MAC_update(context: Pointer, data: Uint8Array, length: number): number;
	/** `written`: 8 bytes. */
	EVP_MAC_final(context: Pointer, out: Uint8Array, written: Uint8Array, size: number): number;
	EVP_aes_128_ecb(): Pointer | null;
	EVP_aes_256_ctr(): Pointer | null;
	EVP_CIPHER_CTX_new(): Pointer | null;
	EVP_CIPHER_CTX_free(context: Pointer): void;
	EVP_CIPHER_CTX_set_padding(context: Pointer, pad: number): number;
	EVP_EncryptInit_ex(context: Pointer, cipher: Pointer | null, engine: null, key: Uint8Array | null, iv: Uint8Array | null): number;
	/** `written`: 4 bytes. */
	EVP_EncryptUpdate(context: Pointer, out: Uint8Array, written: Uint8Array, from: Uint8Array, length: number): number;
	/** Not one of the public functions, hence not always there: see Sha256Pair. */
	sha256_multi_block: ((context: Uint8Array, messages: Uint8Array, quads: number) => void) | undefined;
	/** Where a view of memory begins. */
	addressOf(bytes: Uint8Array): Pointer;
};

let loaded: OpenSsl | null | undefined;

/**
The OpenSSL that Node is built with and keeps visible for addons (https://nodejs.org/api/addons.html, "Linking to libraries included with Node.js"), through koffi; once for each
thread. Undefined where either is not there: node:crypto can do the same, only slower.
*/
export function loadOpenSsl(): OpenSsl | undefined {
	loaded ??= load() ?? null;
	return loaded ?? undefined;
}

/** What is used of it. */
type Koffi = {load(path: null): {func(definition: string): never}; address(value: Uint8Array): Pointer};

function load(): OpenSsl | undefined {
	try {
		const koffi = loadKoffi() as unknown as Koffi;
		const library = koffi.load(null);
		return {
			EVP_MAC_fetch: library.func('void *EVP_MAC_fetch(void *library, const char *name, const char *properties)'),
			EVP_MAC_CTX_new: library.func('void *EVP_MAC_CTX_new(void *mac)'),
			EVP_MAC_CTX_free: library.func('void EVP_MAC_CTX_free(void *context)'),
			EVP_MAC_init: library.func('int EVP_MAC_init(void *context, const void *key, size_t keyLength, const void *parameters)'),
			EVP_MAC_update: library.func('int EVP_MAC_update(void *context, const void *data, size_t length)'),
			EVP_MAC_final: library.func('int EVP_MAC_final(void *context, void *out, void *written, size_t size)'),
			EVP_aes_128_ecb: library.func('void *EVP_aes_128_ecb()'),
			EVP_aes_256_ctr: library.func('void *EVP_aes_256_ctr()'),
			EVP_CIPHER_CTX_new: library.func('void *EVP_CIPHER_CTX_new()'),
			EVP_CIPHER_CTX_free: library.func('void EVP_CIPHER_CTX_free(void *context)'),
			EVP_CIPHER_CTX_set_padding: library.func('int EVP_CIPHER_CTX_set_padding(void *context, int pad)'),
			EVP_EncryptInit_ex: library.func('int EVP_EncryptInit_ex(void *context, const void *cipher, void *engine, const void *key, const void *iv)'),
			EVP_EncryptUpdate: library.func('int EVP_EncryptUpdate(void *context, void *out, void *written, const void *from, int length)'),
			sha256_multi_block: multiBlock(definition => library.func(definition)),
			addressOf: bytes => koffi.address(bytes),
		};
	} catch {
		return undefined;
	}
}

/** The assembly's interface has been the same since OpenSSL 1.0.2; a later major version may have another under this name. */
function multiBlock(bind: (definition: string) => OpenSsl['sha256_multi_block']): OpenSsl['sha256_multi_block'] {
	if (process.arch !== 'x64' || !process.versions.openssl?.startsWith('3.')) return undefined;
	try {
		return bind('void sha256_multi_block(void *context, const void *messages, int quads)');
	} catch {
		return undefined;
	}
}
