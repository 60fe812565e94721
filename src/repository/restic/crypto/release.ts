/** Below this the collector does it better. */
const leastLength = 1024;

/** Gives the memory of a cipher's output back at once: waiting for the collector costs half the throughput and tens of MiB. Only when it is the buffer's alone. */
export function release(output: Buffer): void {
	if (output.byteLength < leastLength) return;
	const {buffer} = output;
	if (output.byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
