import {join} from 'node:path';
import anyTest from 'ava';
import {buildGroup} from './binaries/build.ts';
import {drivers, driverSocket} from './csi/drivers.ts';
import {isForeign, sharedCluster} from './_shared-cluster.ts';

const test = isForeign ? anyTest.skip : anyTest.serial;

// Cases that apply to what each driver offers; the rest skip. A lower number means that a capability was lost.
const cases = {'btrfs.csi.lazarette.test': 52, 'plain.csi.lazarette.test': 33};

for (const {name} of drivers) {
	for (const access of ['mount', 'block']) {
		test(`driver ${name} meets the CSI specification for ${access} volumes`, async t => {
			const cluster = await sharedCluster();
			const sanity = join(await buildGroup('csi', () => undefined), 'csi-sanity');
			// New for each run: a failed case leaves its folder, and all that follow then fail for that alone.
			const folder = `/run/csi-sanity-${process.pid}/${name}-${access}`;
			await cluster.exec(['mkdir', '--parents', folder]);
			const options = ['--ginkgo.no-color', `--csi.endpoint=unix://${driverSocket(name)}`, '--csi.testvolumesize=67108864', `--csi.testvolumeaccesstype=${access}`];
			const report = await cluster.exec([sanity, ...options, `--csi.mountdir=${folder}/mount`, `--csi.stagingdir=${folder}/staging`]);
			t.regex(report, new RegExp(`${cases[name]} Passed \\| 0 Failed`), report);
		});
	}
}
