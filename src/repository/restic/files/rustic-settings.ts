import type {OpenRepository} from '../open-repository.ts';

const mebibyte = 1024 * 1024;
/** What restic allows, too. */
const packSizes = {least: 4 * mebibyte, most: 128 * mebibyte} as const;

/**
How rustic was told to write to this repository, by members of the config that only it knows; we write the same way unless asked otherwise. That packs
grow with the repository is left out: readers take any size.
*/
export function rusticSettings(config: Readonly<Record<string, unknown>>): Partial<Pick<OpenRepository, 'compression' | 'packSize' | 'verify'>> {
	const {compression, datapack_size: packSize, datapack_size_limit: packLimit, extra_verify: extraVerify} = config;
	return {
		...(isInteger(compression) && {compression: compression === 0 ? 'off' : {level: Math.min(Math.max(compression, 1), 22)}}),
		...(isInteger(packSize) && {packSize: Math.min(Math.max(Math.min(packSize, isInteger(packLimit) ? packLimit : Infinity), packSizes.least), packSizes.most)}),
		...(extraVerify === true && {verify: 'all'}),
	};
}

const isInteger = (value: unknown): value is number => Number.isInteger(value);
