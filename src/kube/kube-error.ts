import {LazaretteError} from '../base/errors.ts';

/**
`reason` is the API server's `Status.reason`, or one of ours where there is no such answer:
`Unreachable`: no or a broken connection. `Timeout`: no answer in time. `Silent`: a watch without any sign of life.
`BadAnswer`: not what the API promises. `Credentials`: none could be had. `Closed`: the client was closed.
`NotOurs`: an object of that name exists and belongs to another owner. `NamespaceTerminating`: nothing can be created there any more.
*/
export type KubeErrorDetails = {
	/** HTTP status; 0 when there was no answer. */
	status: number;
	reason: string;
	/** What the server asked to wait. */
	retryAfterSeconds?: number | undefined;
	/** Paths of the fields that the server refused or that another manager owns. */
	fields?: readonly string[];
	cause?: unknown;
};

/** A call to the API server that failed. `message` is bounded, and holds neither headers nor bodies. */
export class KubeError extends Error {
	override readonly name = 'KubeError';
	readonly status: number;
	readonly reason: string;
	readonly retryAfterSeconds: number | undefined;
	readonly fields: readonly string[];

	constructor(message: string, details: KubeErrorDetails) {
		super(message, details.cause === undefined ? undefined : {cause: details.cause});
		this.status = details.status;
		this.reason = details.reason;
		this.retryAfterSeconds = details.retryAfterSeconds;
		this.fields = details.fields ?? [];
	}

	get notFound(): boolean {
		return this.status === 404;
	}

	get alreadyExists(): boolean {
		return this.status === 409 && this.reason === 'AlreadyExists';
	}

	/** The object changed under us, or another manager owns a field; observe again and retry. */
	get conflict(): boolean {
		return (this.status === 409 && this.reason !== 'AlreadyExists') || this.#namesake;
	}

	get unauthorized(): boolean {
		return this.status === 401;
	}

	get forbidden(): boolean {
		return this.status === 403;
	}

	/** The namespace is going away: nothing can be created in it any more. */
	get namespaceTerminating(): boolean {
		return this.status === 403 && this.reason === 'NamespaceTerminating';
	}

	/** The object breaks its schema or a validation rule; the same object will be refused again. */
	get invalid(): boolean {
		return (this.status === 422 || this.status === 400) && !this.#namesake;
	}

	get tooLarge(): boolean {
		return this.status === 413;
	}

	/** The resourceVersion is too old for a watch or a further page; list again. */
	get expired(): boolean {
		return this.status === 410;
	}

	get notOurs(): boolean {
		return this.reason === 'NotOurs';
	}

	/** A patch named the uid of an object whose name another has now; the server calls that an attempt to change the uid. */
	get #namesake(): boolean {
		return this.status === 422 && this.fields.includes('metadata.uid');
	}

	/** The world may mend itself: overload, restart or network. */
	get transient(): boolean {
		return this.status === 0 ? this.reason === 'Unreachable' || this.reason === 'Timeout' : this.status === 429 || this.status >= 500;
	}
}

export const isKubeError = (error: unknown): error is KubeError => error instanceof KubeError;

/** For the layers above that speak LazaretteError only. */
export function kubeToLazaretteError(error: KubeError): LazaretteError {
	if (error.forbidden || error.unauthorized) {
		return new LazaretteError('AccessDenied', error.message, {cause: error, hint: 'grant the operator\'s ServiceAccount this verb on this resource; it is tried again'});
	}

	if (error.notFound) return new LazaretteError('ObjectNotFound', error.message, {cause: error});
	return new LazaretteError('Unexpected', error.message, {cause: error, retry: error.transient || error.conflict ? 'later' : 'no'});
}
