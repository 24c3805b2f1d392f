import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describedFacts } from '../../../src/catalog/media/describedFacts.js';
import { readIptc } from '../../../src/catalog/media/iptc.js';
import { readXmp, xmpText } from '../../../src/catalog/media/xmp.js';

const packet = (inside: string): string =>
  `<x:xmpmeta><rdf:RDF><rdf:Description ${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`;

const dataSet = (number: number, text: string | Buffer): Buffer => {
  const data = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x1c, 2, number, data.length >> 8, data.length & 255]), data]);
};

const nothing = { exif: { dates: [] }, xmp: null, iptc: null, sidecars: [] };

describe('what people wrote about a picture', () => {
  it('is read from XMP', () => {
    const xmp = readXmp(
      packet(`xmp:Rating="4" photoshop:ICCProfile='Display P3'>
        <dc:subject><rdf:Bag><rdf:li>Fish &amp; Chips</rdf:li><rdf:li/><rdf:li> Åre </rdf:li></rdf:Bag></dc:subject>
        <dc:description><rdf:Alt><rdf:li xml:lang="x-default">1 &lt; 2 &#233;</rdf:li>
        <rdf:li xml:lang="de">zwei</rdf:li></rdf:Alt></dc:description>`),
    );
    assert.deepEqual(
      [xmp.rating, xmp.colorSpace, xmp.keywords, xmp.caption],
      [4, 'Display P3', ['Fish & Chips', 'Åre'], '1 < 2 é'],
    );
    assert.equal(readXmp(packet('><xmp:Rating>-1</xmp:Rating>')).rating, -1);
    assert.deepEqual(readXmp(packet('><dc:subject><rdf:Bag><rdf:li>open')).keywords, []);
  });

  it('is read from XMP in UTF-16', () => {
    const little = Buffer.from(packet('xmp:Rating="3">'), 'utf16le');
    const big = Buffer.from(little).swap16();
    assert.equal(readXmp(xmpText(little)).rating, 3);
    assert.equal(readXmp(xmpText(big)).rating, 3);
  });

  it('is read from IPTC in UTF-8 and Latin-1', () => {
    const { keywords, caption, date } = readIptc(
      Buffer.concat([
        dataSet(25, 'Müller'),
        dataSet(25, Buffer.from('Müller', 'latin1')),
        dataSet(120, 'A caption'),
        dataSet(55, '20230615'),
        dataSet(60, '143045+0200'),
      ]),
    );
    assert.deepEqual([keywords, caption], [['Müller', 'Müller'], 'A caption']);
    assert.equal(date, '2023-06-15T14:30:45+02:00');
  });

  it('puts the keywords together and prefers XMP', () => {
    const xmp = { ...readXmp(''), rating: 5, keywords: ['a', 'b'], caption: ' \0 ' };
    const iptc = { date: null, caption: 'from IPTC', keywords: ['b', 'c'] };
    const exif = { dates: [], rating: 1, keywords: [' d ', ''], colorSpace: 'sRGB' };
    assert.deepEqual(describedFacts({ exif, xmp, iptc, sidecars: [] }), {
      rating: 5,
      caption: 'from IPTC',
      keywords: ['a', 'b', 'c', 'd'],
      colorSpace: 'sRGB',
    });
  });

  it('takes only what is a rating', () => {
    const rating = (stored: number): number | null =>
      describedFacts({ ...nothing, exif: { dates: [], rating: stored } }).rating;
    assert.deepEqual([-2, -1, 0, 3.4, 5, 99].map(rating), [null, -1, 0, 3, 5, null]);
  });

  it('never fails on damaged packets and records', () => {
    const part = fc.constantFrom(
      '<dc:subject',
      '</dc:subject>',
      '<rdf:li>',
      '<rdf:li',
      '</',
      '>',
      '&#x110000;',
      '"',
      'xmp:Rating=',
      'x',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        readXmp(parts.join(''));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        readIptc(Buffer.concat([Buffer.from([0x1c, 2, 25]), bytes]));
        xmpText(bytes);
      }),
    );
  });
});
