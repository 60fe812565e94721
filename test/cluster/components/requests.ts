/** Kubernetes' clients hold themselves back to 5 or 20 requests a second, which is most of the time a small cluster spends starting and of a snapshot's. */
export const manyRequests = ['--kube-api-qps=500', '--kube-api-burst=1000'];
