import {pino, stdSerializers} from 'pino';
import type {DestinationStream, Logger} from 'pino';

export type {Logger} from 'pino';

const secretPaths = ['password', 'secretAccessKey', 'sessionToken', 'accessKeyId', 'authorization', 'headers.authorization', '*.password', '*.secretAccessKey', '*.sessionToken', '*.authorization'];

/** The root logger: JSON lines, synchronous so that nothing is lost at exit. `level` is a pino level name. */
export function createLogger(options: {level: string; destination?: DestinationStream; bindings?: Record<string, string>}): Logger {
	return pino(
		{
			level: options.level,
			base: options.bindings ?? {},
			timestamp: () => `,"time":"${new Date().toISOString()}"`,
			redact: {paths: secretPaths, censor: '[redacted]'},
			serializers: {error: stdSerializers.err, err: stdSerializers.err},
			formatters: {level: label => ({level: label})},
		},
		options.destination ?? pino.destination({fd: 1, sync: true}),
	);
}
