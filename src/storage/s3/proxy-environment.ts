/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY as everywhere, except that this machine itself is never reached by way of a proxy. */
export function proxyEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const direct = [environment.NO_PROXY ?? environment.no_proxy ?? '', 'localhost', '127.0.0.1', '::1'].filter(Boolean).join(',');
	return {...environment, NO_PROXY: direct, no_proxy: direct};
}

/** Whether any host may have to be reached by way of a proxy. Which ones, Node decides. */
export function mayUseProxy(environment: NodeJS.ProcessEnv, secure: boolean): boolean {
	const names = secure ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
	return names.some(name => Boolean(environment[name]));
}
