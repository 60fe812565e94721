/**
A time as Lease and Event want it: exactly six fraction digits; others are refused with 400
(kubernetes-client/javascript#828, kubernetes/kubernetes#141204).
*/
export const toMicroTime = (time: Date): string => time.toISOString().replace(/\.(\d{3})Z$/, '.$1000Z');
