import {createHash, randomBytes} from 'node:crypto';
import {truncateSync, writeFileSync, readFileSync} from 'node:fs';
import test from 'ava';
import {systemRandom} from '../../../../src/base/random.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {compressStream} from '../../../../src/repository/restic/files/zstd.ts';
import {PackWriter} from '../../../../src/repository/restic/pack/pack-writer.ts';
import {proveTreeFile} from '../../../../src/repository/restic/write/prove-tree-file.ts';
import {temporaryDirectory} from './_repository.ts';

const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);
const names = Buffer.from(Array.from({length: 300_000}, (_, number) => `{"name":"${number * 7919}"}`).join(','));

for (const [how, text, isCompressed] of [
	['a tree', names, true],
	['a tree that is not compressed', names, false],
	['a tree too large for memory', randomBytes(9 * 1024 * 1024), true],
	['a tree too large for memory that is not compressed', randomBytes(9 * 1024 * 1024), false],
] as const) {
	test(`${how} is read back before it counts, and is not believed when it is another or damaged`, async t => {
		const writer = new PackWriter({sealer, random: systemRandom, scratchDirectory: temporaryDirectory(t), packSize: 16 * 1024 * 1024});
		const id = createHash('sha256').update(text).digest();
		await writer.appendPieces('tree', id, isCompressed ? compressStream([text], 3) : [text], isCompressed ? text.length : 0);
		const pack = writer.close()!;
		await t.notThrowsAsync(proveTreeFile(pack, sealer, id, text.length));
		await t.throwsAsync(proveTreeFile(pack, sealer, createHash('sha256').update('another').digest(), text.length), {code: 'Unexpected'});
		const bytes = readFileSync(pack.file.path);
		bytes[bytes.length >> 1]! ^= 1;
		writeFileSync(pack.file.path, bytes);
		await t.throwsAsync(proveTreeFile(pack, sealer, id, text.length), {code: 'RepositoryDamaged'});
		truncateSync(pack.file.path, 1000);
		await t.throwsAsync(proveTreeFile(pack, sealer, id, text.length));
	});
}
