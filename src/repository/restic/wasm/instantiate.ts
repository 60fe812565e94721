type Exports = Record<string, unknown> & {memory: WasmMemory};

type WasmMemory = {
	readonly buffer: ArrayBuffer;
	/** Adds pages of 64 KiB; views of the old buffer become empty. */
	grow(pages: number): number;
};

type CompiledModule = {readonly compiled: unique symbol};

// Neither the ES nor the Node type libraries know this global.
declare const WebAssembly: {
	Module: new (code: Uint8Array) => CompiledModule;
	Instance: new (module: CompiledModule) => {exports: Exports};
};

const compiled = new Map<string, CompiledModule>();

const pageSize = 64 * 1024;

/**
The functions a module exports, and `roomBytes` of memory that the module itself does not use, beginning at `room`. Every call makes an instance
with a memory of its own.
*/
export function instantiate(base64: string, roomBytes: number): {functions: unknown; bytes: Uint8Array<ArrayBuffer>; room: number} {
	let module = compiled.get(base64);
	if (!module) {
		module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
		compiled.set(base64, module);
	}

	const {exports} = new WebAssembly.Instance(module);
	const room = exports.memory.buffer.byteLength;
	exports.memory.grow(Math.ceil(roomBytes / pageSize));
	return {functions: exports, bytes: new Uint8Array(exports.memory.buffer), room};
}
