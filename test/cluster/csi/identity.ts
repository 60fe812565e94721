import type {Service} from './serve.ts';

export const identity = (driver: string): Service => ({
	name: 'csi.v1.Identity',
	methods: {
		GetPluginInfo: () => ({name: driver, vendor_version: '1.0.0'}),
		GetPluginCapabilities: () => ({capabilities: [{service: {type: 'CONTROLLER_SERVICE'}}]}),
		Probe: () => ({ready: {value: true}}),
	},
});
