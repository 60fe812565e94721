import test from 'ava';
import fc from 'fast-check';
import {anyCharacter} from '../../_any-character.ts';
import {childrenOf, childText, parseXml} from '../../../src/storage/s3/xml.ts';

test('elements, text, references, CDATA and attributes are read as S3 stores write them', t => {
	const root = parseXml(`<?xml version="1.0" encoding="UTF-8"?>
<!-- a listing -->
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>my &amp; bucket</Name><Prefix/>
  <Contents><Key>a&#x2F;b&#233;&lt;&gt;&quot;&apos;</Key><ETag>"x > y"</ETag></Contents>
  <s3:Contents xsi:type='a > b' ><Key><![CDATA[<raw> & so]]></Key></s3:Contents >
</ListBucketResult>
`);
	t.is(root?.name, 'ListBucketResult');
	t.is(childText(root!, 'Name'), 'my & bucket');
	t.is(childText(root!, 'Prefix'), '');
	t.is(childText(root!, 'Marker'), undefined);
	t.deepEqual(childrenOf(root!, 'Contents').map(entry => childText(entry, 'Key')), ['a/bé<>"\'', '<raw> & so']);
});

const malformed = {
	'nothing': '',
	'text': 'Service Unavailable',
	'a page that is not well-formed': '<html><body><p>Welcome</body></html>',
	'a document that breaks off': '<Error><Code>SlowDown</Code>',
	'two roots': '<a/><b/>',
	'text after the root': '<a/>x',
	'an unknown entity': '<a>&secret;</a>',
	'a lone ampersand': '<a>a & b</a>',
	'a DTD, which could define entities': '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
	'a character that does not exist': '<a>&#x110000;</a>',
	'an end without a beginning': '</a>',
	'a tag that breaks off': '<a><b</a>',
};
for (const [what, document] of Object.entries(malformed)) {
	test(`${what} is no document`, t => {
		t.is(parseXml(document), undefined);
	});
}

test('any key comes out of a document as it went in', t => {
	const escape = (text: string): string => text.replace(/[&<>"'\r\n\t]/g, character => `&#${character.charCodeAt(0)};`);
	fc.assert(
		fc.property(fc.array(fc.string({unit: anyCharacter})), keys => {
			const document = `<L>${keys.map(key => `<Contents><Key>${escape(key)}</Key></Contents>`).join('\n')}</L>`;
			t.deepEqual(childrenOf(parseXml(document)!, 'Contents').map(entry => childText(entry, 'Key')), keys);
		}),
	);
});

test('no text whatever makes reading fail or take long', t => {
	const parts = fc.constantFrom('<', '>', '</', '/>', '&', ';', 'a', ' ', '=', '"', '<!--', '-->', '<![CDATA[', ']]>', '<?', '?>', '#x', '<a>', '</a>');
	fc.assert(fc.property(fc.array(parts, {maxLength: 60}), pieces => void parseXml(pieces.join(''))));
	const begun = performance.now();
	t.is(parseXml('<a'.repeat(200_000)), undefined);
	t.is(parseXml(`<a ${'b="c" '.repeat(50_000)}`), undefined);
	t.is(parseXml('<a>'.repeat(200_000)), undefined);
	// A reader that went back with every byte would be busy for minutes.
	t.true(performance.now() - begun < 15_000);
});
