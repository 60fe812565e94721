/** Linux' encoding of a device number, as `makedev` of the C library makes it (sys/sysmacros.h). */
export const deviceNumber = (major: number, minor: number): bigint =>
	major < 0x1000 && minor < 0x100
		? BigInt((major << 8) | minor)
		: (BigInt(major & 0xfffff000) << 32n) | BigInt((major & 0xfff) << 8) | (BigInt(minor >>> 8) << 20n) | BigInt(minor & 0xff);
