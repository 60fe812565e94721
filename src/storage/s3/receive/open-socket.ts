import {connect, isIP} from 'node:net';
import type {OnReadOpts, Socket} from 'node:net';
import type {ConnectionOptions} from 'node:tls';

export type SocketTarget = {
	secure: boolean;
	/** An IPv6 address stands in brackets. */
	hostname: string;
	port?: number;
	/** PEM; trusted instead of the default authorities. */
	caBundle?: string;
};

/** How to open connections to a host, with TLS where it is asked for; TLS takes several MiB that a store inside the cluster often does not need. */
export async function socketOpener({secure, hostname, port, caBundle}: SocketTarget): Promise<(onread: OnReadOpts) => Socket> {
	const host = hostname.replace(/^\[|\]$/g, '');
	if (!secure) return onread => connect({host, port: port ?? 80, onread, noDelay: true});
	const tls = await import('node:tls');
	const secureContext = tls.createSecureContext(caBundle === undefined ? {} : {ca: caBundle});
	const options = {host, port: port ?? 443, secureContext, ALPNProtocols: ['http/1.1'], ...(isIP(host) === 0 ? {servername: host} : {})};
	return onread => {
		const withReading: ConnectionOptions & {onread: OnReadOpts} = {...options, onread};
		return tls.connect(withReading).setNoDelay();
	};
}
