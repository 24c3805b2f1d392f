import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import {
  maximumNameBytes,
  safeName,
  splitExtension,
} from '../../../src/catalog/files/safeNames.js';

describe('safe names', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['IMG_0001.JPG', 'IMG_0001.JPG'],
    ['a<b>c:d"e/f\\g|h?i*j.jpg', 'abcdefghij.jpg'],
    ['name. .jpg', 'name.jpg'],
    ['trailing...', 'trailing'],
    ['trailing .  ', 'trailing'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['tab\tnew\nline.jpg', 'tabnewline.jpg'],
    ['cafe\u0301.jpg', 'caf\u00e9.jpg'],
    ['e\u200f\u0301.jpg', '\u00e9.jpg'],
    ['CON', '_CON'],
    ['con.jpg', '_con.jpg'],
    ['NUL.tar.gz', '_NUL.tar.gz'],
    ['COM1.JPG', '_COM1.JPG'],
    ['COM\u00b9.jpg', '_COM\u00b9.jpg'],
    ['LPT\u00b3', '_LPT\u00b3'],
    ['COM10.jpg', 'COM10.jpg'],
    ['CONSOLE.jpg', 'CONSOLE.jpg'],
    ['', 'unnamed'],
    ['???', 'unnamed'],
    ['..', 'unnamed'],
    ['...jpg', 'unnamed.jpg'],
    ['../../etc/passwd', 'unnamed.etcpasswd'],
    ['byte \uf7e9.jpg', 'byte.jpg'],
    ['👨‍👩‍👧.jpg', '👨‍👩‍👧.jpg'],
  ];
  for (const [name, expected] of cases) {
    it(`${JSON.stringify(name)} becomes ${JSON.stringify(expected)}`, () => {
      assert.equal(safeName(name), expected);
    });
  }

  it('cuts long names between characters and keeps the extension', () => {
    const name = safeName(`${'é日😀'.repeat(100)}.JPEG`);
    assert.ok(Buffer.byteLength(name) <= maximumNameBytes);
    assert.ok(Buffer.byteLength(name) > maximumNameBytes - 5);
    assert.match(name, /^(é日😀)+é?日?\.JPEG$/u);
  });

  it('uses the fallback it is given', () => {
    assert.equal(safeName('***.jpg', { fallback: 'deadbeef' }), 'deadbeef.jpg');
  });

  const anyName = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom(...'.. <>:"/\\|?*\0\u202eaé\u0301CON1¹'), maxLength: 20 }),
    fc
      .tuple(fc.constantFrom('con', 'NUL', 'Com¹', 'lpt9'), fc.string())
      .map((parts) => parts.join('')),
  );

  it('holds for any name: safe everywhere, and safe names stay', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const safe = safeName(name);
        assert.notEqual(safe, '');
        assert.ok(Buffer.byteLength(safe) <= maximumNameBytes, 'too long');
        assert.equal(safe, safe.normalize('NFC'));

        assert.doesNotMatch(
          safe,
          /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]/u,
        );
        assert.doesNotMatch(safe, /[. ]$/u);
        assert.doesNotMatch(safe, /^(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\.|$)/iu);
        assert.equal(Buffer.from(safe).toString(), safe, 'well-formed');
        assert.equal(safeName(safe), safe);
      }),
      { numRuns: 2000, verbose: 1 },
    );
  });

  it('splits extensions', () => {
    assert.deepEqual(splitExtension('IMG.tar.GZ'), { stem: 'IMG.tar', extension: '.GZ' });
    assert.deepEqual(splitExtension('.hidden'), { stem: '.hidden', extension: '' });
    assert.deepEqual(splitExtension('end.'), { stem: 'end.', extension: '' });
    const long = `Mr. ${'x'.repeat(30)}`;
    assert.deepEqual(splitExtension(long), { stem: long, extension: '' });
  });
});
