/** An `import` of node:http reads everything that it exports, and reading `WebSocket` loads a second HTTP client: 15 ms and 7 MiB for nothing. */
export const {Agent, request, validateHeaderName, validateHeaderValue} = process.getBuiltinModule('node:http');
