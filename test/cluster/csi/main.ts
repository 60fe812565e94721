// One driver: `main.ts DRIVER POOL-FOLDER NODE-NAME CSI-PROTOCOL REGISTRATION-PROTOCOL`. Runs inside the node's namespaces.
import {controller} from './controller.ts';
import {openDriver} from './driver-state.ts';
import {drivers, driverSocket, registrationSocket} from './drivers.ts';
import {identity} from './identity.ts';
import {node} from './node.ts';
import {clearRegistration, registration} from './registration.ts';
import {serve} from './serve.ts';

const [name = '', poolFolder = '', nodeName = '', csiProtocol = '', registrationProtocol = ''] = process.argv.slice(2);
const description = drivers.find(driver => driver.name === name);
if (!description) throw new Error(`${name} is none of ${drivers.map(driver => driver.name).join(', ')}`);

const driver = await openDriver(description, poolFolder);
await clearRegistration(name);
await serve(csiProtocol, driverSocket(name), [identity(name), controller(driver), node(driver, nodeName)]);
// Last, for the kubelet calls the driver as soon as it sees this socket.
await serve(registrationProtocol, registrationSocket(name), [registration(name, driverSocket(name))]);
