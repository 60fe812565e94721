import {list, text} from './fields.ts';

/** A pattern that climbs out of the volume could never match: refused at the door, with its index in the message. */
const glob = text('A glob relative to the root of the volume; `**` crosses directories, a leading `!` takes earlier matches back.', 1024, {
	rules: [{
		rule: '!self.matches(\'(^!?|/)\\\\.\\\\.(/|$)\')',
		message: 'a pattern must not contain ".." as a path segment: it is relative to the root of the volume and cannot leave it',
	}],
});

export const globs = (description: string) => list(description, glob, 256, {default: []});
