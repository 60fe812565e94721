import {startCluster} from '../test/cluster/up.ts';
import {stopCluster} from '../test/cluster/down.ts';
import {createBucket} from './quickstart/create-bucket.ts';
import {makeNamespace, makeSecrets} from './quickstart/secrets.ts';
import {createStory} from './quickstart/story.ts';
import {buildAndPushImage} from './image.ts';
import {installOperator} from './install/install-operator.ts';

/**
`npm run quickstart`: a cluster with an S3 store, the operator by its chart, and one volume's way through backup, loss and restore.
The cluster stays up to play with; `npm run quickstart -- --down` removes it.
*/
const name = 'quickstart';

if (process.argv.includes('--down')) {
	await stopCluster({name, wipe: true});
	console.log('the quick start\'s cluster is gone');
	process.exit(0);
}

const story = createStory(line => console.log(line));

story.chapter('A cluster with an S3 store', 'kube-apiserver, kubelet, containerd, a CSI driver with snapshots: built from source the first time, seconds after that');
await stopCluster({name, wipe: true});
const cluster = await startCluster({name, log: story.detail});
const image = await buildAndPushImage(cluster, story.detail);
await createBucket(cluster.s3, 'backups');

story.chapter('The operator, by its Helm chart');
await installOperator({helm: await cluster.helm(), kubeconfig: cluster.kubeconfig, image, namespace: 'lazarette-system', replicas: 2, log: story.detail});
await story.kubectl(cluster, 'get', 'deployments,pods', '--namespace', 'lazarette-system');

story.chapter('A volume with data', 'a claim, and a pod that writes 200 orders and 24 MiB of photos with a checksum of each file');
await makeNamespace(cluster, 'shop');
await story.apply(cluster, '1-workload.yaml');
await story.kubectl(cluster, 'wait', '--namespace', 'shop', '--for=condition=Ready', 'pod/shop', '--timeout=120s');

story.chapter('A repository in the store');
await makeSecrets(cluster, 'shop');
await story.apply(cluster, '2-repository.yaml');
await story.ready(cluster, 'backuprepository', 'shop', 'offsite');
await story.kubectl(cluster, 'get', 'backuprepositories', '--namespace', 'shop');

story.chapter('A backup, while the pod is running');
await story.apply(cluster, '3-backup.yaml');
await story.ready(cluster, 'volumebackup', 'shop', 'first');
await story.kubectl(cluster, 'get', 'volumebackups', '--namespace', 'shop');
await story.conditions(cluster, 'volumebackup', 'shop', 'first');

story.chapter('The loss', 'the pod and its claim are deleted, and the data with them');
await story.kubectl(cluster, 'delete', '--namespace', 'shop', 'pod/shop', 'pvc/orders', '--wait=true');
await story.kubectl(cluster, 'get', 'pvc', '--namespace', 'shop');

story.chapter('The restore');
await story.apply(cluster, '4-restore.yaml');
await story.ready(cluster, 'volumerestore', 'shop', 'bring-back');
await story.kubectl(cluster, 'get', 'volumerestores,pvc', '--namespace', 'shop');
await story.conditions(cluster, 'volumerestore', 'shop', 'bring-back');

story.chapter('The comparison', 'another pod checks every file against the checksums taken before the loss');
await story.apply(cluster, '5-compare.yaml');
await story.kubectl(cluster, 'wait', '--namespace', 'shop', '--for=jsonpath={.status.phase}=Succeeded', 'pod/compare', '--timeout=120s');
await story.kubectl(cluster, 'logs', '--namespace', 'shop', 'compare');

story.ending(`What came back equals what was lost. The cluster is still up; to go on:

  eval "$(npm run --silent cluster -- env --name ${name})"     # points kubectl at it
  npm run cluster -- --name ${name} kubectl get lazarette -A   # or without kubectl of your own
  npm run cluster -- --name ${name} kubectl explain volumebackup.spec

  Back up again and see what little is added:  edit deploy/quickstart/3-backup.yaml (another name) and apply it
  Your own cluster:                            docs/install.md
  Remove this one:                             npm run quickstart -- --down`);
