import {complain} from './checked-object.ts';
import type {StatusRule} from './checked-object.ts';

/** Rule 4: a message is a sentence for a person; never a secret, a response body or what a program prints by mistake. */
export const messages: StatusRule = ({conditions}) => conditions.flatMap(({type, message}) => faultsOfMessage(message).map(fault => `the message of ${type} ${fault}: "${message}"`));

export function faultsOfMessage(message: unknown): string[] {
	if (typeof message !== 'string' || message.trim() === '') return ['is empty'];
	return faults.flatMap(({pattern, fault}) => complain(pattern.test(message), fault));
}

const faults = [
	{pattern: /^\S+$/v, fault: 'is a word, not a sentence'},
	{pattern: /[\n\r]/v, fault: 'has several lines'},
	{pattern: /^.{2049}/sv, fault: 'is longer than anybody reads'},
	{pattern: /\b(?:undefined|NaN)\b|\[object |\bat \S+ \(\S+:\d+:\d+\)/v, fault: 'holds what a program left behind'},
	{pattern: /<\?xml|<!doctype|<html|<Error>|^\s*\{.*\}\s*$/iv, fault: 'is a raw response body'},
	{pattern: /-----BEGIN |\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|X-Amz-(?:Signature|Credential)=/v, fault: 'holds a credential'},
	{pattern: /(?:password|secretAccessKey|sessionToken)(?:["']?\s*=\s*\S|["']\s*:)/iv, fault: 'may hold a credential'},
	{pattern: /:\/\/[^\s\/@:]+:[^\s\/@]+@/v, fault: 'holds a user and password in a URL'},
];
