import {mkdir, rm, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {registeredMark} from './drivers.ts';
import type {Service} from './serve.ts';

/** How the kubelet learns of the driver: it asks on every socket that appears in its registration folder. */
export const registration = (driver: string, endpoint: string): Service => ({
	name: 'pluginregistration.Registration',
	methods: {
		GetInfo: () => ({type: 'CSIPlugin', name: driver, endpoint, supported_versions: ['1.0.0']}),
		async NotifyRegistrationStatus({plugin_registered: registered, error}: {plugin_registered: boolean; error: string}) {
			if (registered) await writeFile(registeredMark(driver), new Date().toISOString());
			else console.error(`the kubelet refused driver ${driver}: ${error}`);
			return {};
		},
	},
});

/** Before the driver serves: a mark of an earlier process says nothing about this one. */
export async function clearRegistration(driver: string): Promise<void> {
	await rm(registeredMark(driver), {force: true});
	await mkdir(dirname(registeredMark(driver)), {recursive: true});
}
