import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {run} from '../cluster/command.ts';

export type Certificate = {
	/** Paths of PEM files. */
	certificate: string;
	key: string;
	/** PEM of the authority that signed it. */
	authority: string;
};

export type CertificateOptions = {
	/** e.g. `IP:127.0.0.1,DNS:localhost` */
	names?: string;
	/** Its last day is past. */
	expired?: boolean;
};

/** A server certificate signed by an authority of its own, which nothing on this machine trusts. */
export async function makeCertificate(t: {teardown(work: () => unknown): void}, {names = 'IP:127.0.0.1,DNS:localhost', expired = false}: CertificateOptions = {}): Promise<Certificate> {
	const folder = await mkdtemp(join(tmpdir(), 'lazarette-certificate-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const file = (name: string): string => join(folder, name);
	const newKey = (name: string): string[] => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)];

	await run(['openssl', 'req', '-x509', ...newKey('ca'), '-out', file('ca.crt'), '-subj', '/CN=lazarette contract authority', '-days', '2', '-addext', 'basicConstraints=critical,CA:TRUE']);
	await run(['openssl', 'req', '-new', ...newKey('server'), '-out', file('server.csr'), '-subj', '/CN=s3']);
	await writeFile(file('server.ext'), `subjectAltName=${names}\nbasicConstraints=critical,CA:FALSE\n`);
	await run(['openssl', 'x509', '-req', '-in', file('server.csr'), '-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-out', file('server.crt'), '-extfile', file('server.ext'), '-days', expired ? '-1' : '2']);
	return {certificate: file('server.crt'), key: file('server.key'), authority: await readFile(file('ca.crt'), 'utf8')};
}
