/** What mke2fs puts at the root of every ext file system for fsck. It is no data of the volume unless fsck has put some there. */
export const lostAndFound = Buffer.from('lost+found');
