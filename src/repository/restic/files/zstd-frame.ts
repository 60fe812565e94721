const magic = 0xfd2fb528;

/** The content size that a zstd frame's header declares (RFC 8878 §3.1.1.1), or undefined when it declares none or is no frame. */
export function frameContentSize(bytes: Uint8Array): number | undefined {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	if (bytes.length < 5 || view.getUint32(0, true) !== magic) return undefined;
	const descriptor = view.getUint8(4);
	const singleSegment = (descriptor & 0x20) !== 0;
	const flag = descriptor >> 6;
	const sizeLength = flag === 0 ? Number(singleSegment) : 2 ** flag;
	const dictionaryLength = [0, 1, 2, 4][descriptor & 3] ?? 0;
	const at = 5 + Number(!singleSegment) + dictionaryLength;
	if (sizeLength === 0 || bytes.length < at + sizeLength) return undefined;
	if (sizeLength === 1) return view.getUint8(at);
	if (sizeLength === 2) return view.getUint16(at, true) + 256;
	if (sizeLength === 4) return view.getUint32(at, true);
	return Number(view.getBigUint64(at, true));
}

const rleBlock = 1;

/** Whether `bytes` are one frame from its first to its last block, and nothing else; what the blocks hold is not looked at. */
export function isOneFrame(bytes: Uint8Array): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	if (bytes.length < 5 || view.getUint32(0, true) !== magic) return false;
	const descriptor = view.getUint8(4);
	const singleSegment = (descriptor & 0x20) !== 0;
	const flag = descriptor >> 6;
	let at = 5 + Number(!singleSegment) + [0, 1, 2, 4][descriptor & 3]! + (flag === 0 ? Number(singleSegment) : 2 ** flag);
	for (let isLast = false; !isLast; ) {
		if (at + 3 > bytes.length) return false;
		const header = view.getUint8(at) | (view.getUint16(at + 1, true) << 8);
		isLast = (header & 1) !== 0;
		at += 3 + (((header >> 1) & 3) === rleBlock ? 1 : header >> 3);
	}
	return at + ((descriptor & 0x04) !== 0 ? 4 : 0) === bytes.length;
}
