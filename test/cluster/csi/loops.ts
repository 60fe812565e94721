import {stat} from 'node:fs/promises';
import {run} from '../command.ts';

/** The loop device over a file, made when there is none that can be read, or written, as asked. */
export async function attach(file: string, readOnly: boolean): Promise<string> {
	const found = (await devicesOf(file)).find(device => device.readOnly === readOnly);
	if (found) return found.name;
	return (await run(['losetup', '--find', '--show', ...(readOnly ? ['--read-only'] : []), file])).trim();
}

export const detach = async (device: string): Promise<void> => void (await run(['losetup', '--detach', device]));

/** Writes through what a pod wrote to the device so far, so that the file holds it. */
export async function flush(file: string): Promise<void> {
	for (const device of await devicesOf(file)) await run(['blockdev', '--flushbufs', device.name]);
}

export async function releaseAll(file: string): Promise<void> {
	for (const device of await devicesOf(file)) await detach(device.name);
}

export async function devicesOf(file: string): Promise<{name: string; readOnly: boolean}[]> {
	if (!(await stat(file).catch(() => undefined))) return [];
	const output = await run(['losetup', '--json', '--list', '--output', 'NAME,RO', '--associated', file]);
	if (!output.trim()) return [];
	const {loopdevices} = JSON.parse(output) as {loopdevices: {name: string; ro: boolean}[]};
	return loopdevices.map(({name, ro}) => ({name, readOnly: ro}));
}
