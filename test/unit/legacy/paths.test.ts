import assert from 'node:assert/strict';
import {
  PathMapper,
  pathParts,
  startsWith,
  tidyPath,
} from '../../../src/catalog/legacy/legacyPaths.js';
import { wallClock } from '../../../src/catalog/legacy/legacyTime.js';
import { withoutPassword } from '../../../src/catalog/legacy/postgresReader.js';
import { legacyPathText, momentOf } from '../../../src/catalog/legacy/values.js';
import { parseMapping } from '../../../src/cli/migrateCommand.js';

describe('paths and times of old catalogs', () => {
  it('compares folders by component', () => {
    const under = (file: string, folder: string): boolean =>
      startsWith(pathParts(file), pathParts(folder));
    assert.ok(under('/photos/2023/a.jpg', '/photos/'));
    assert.ok(!under('/photos2/a.jpg', '/photos'));
    assert.ok(under('C:\\Photos\\a.jpg', 'C:/Photos'));
  });

  it('tidies without leaving the machine’s root', () => {
    assert.equal(tidyPath('//a//b/./c/../d/', null), '/a/b/d');
    assert.equal(tidyPath('/../../etc', null), '/etc');
    assert.equal(tidyPath('photos/a.jpg', '/base'), '/base/photos/a.jpg');
    assert.equal(tidyPath('C:\\a\\..\\b\\', null), 'C:\\b');
  });

  it('maps by the longest prefix of components', () => {
    const mapper = new PathMapper(
      [
        { from: '/app/photos', to: '/mnt/photos' },
        { from: '/app/photos/2023', to: '/mnt/new' },
        { from: 'C:\\Photos', to: '/mnt/win' },
      ],
      null,
    );
    assert.equal(mapper.map('/app/photos/2023/a.jpg'), '/mnt/new/a.jpg');
    assert.equal(mapper.map('/app/photos/2022/a.jpg'), '/mnt/photos/2022/a.jpg');
    assert.equal(mapper.map('/app/photos2/a.jpg'), '/app/photos2/a.jpg');
    assert.equal(mapper.map('C:\\Photos\\x\\a.jpg'), '/mnt/win/x/a.jpg');
    assert.equal(mapper.used.size, 3);
  });

  it('reads mappings as they are typed', () => {
    assert.deepEqual(parseMapping('/app/photos=/mnt/a=b'), { from: '/app/photos', to: '/mnt/a=b' });
    for (const wrong of ['', '=', '/a', '/a=', '=/b'])
      assert.throws(() => parseMapping(wrong), wrong);
  });

  it('brings bytes that are not UTF-8 over from Python’s surrogates', () => {
    assert.equal(legacyPathText('caf\udce9.jpg'), 'caf\uf7e9.jpg');
    assert.equal(legacyPathText('café.jpg'), 'café.jpg');
    // Two surrogates that together are UTF-8 are one character.
    assert.equal(legacyPathText('caf\udcc3\udca9.jpg'), 'café.jpg');
  });

  it('ignores the Z of a wall clock and keeps real offsets', () => {
    assert.deepEqual(wallClock('2023-06-20T14:30:45Z'), {
      value: '2023-06-20T14:30:45',
      zoneIgnored: true,
    });
    assert.deepEqual(wallClock('2023-06-20T14:30:45+00:00'), {
      value: '2023-06-20T14:30:45',
      zoneIgnored: true,
    });
    assert.deepEqual(wallClock('2023-06-20T14:30:45-07:00'), {
      value: '2023-06-20T14:30:45-07:00',
      zoneIgnored: false,
    });
    assert.equal(wallClock('soon').value, null);
  });

  it('reads the moments of databases as universal time', () => {
    assert.equal(momentOf('2025-11-20 08:00:00.123456'), '2025-11-20T08:00:00.123Z');
    assert.equal(momentOf('2025-11-20T08:00:00+02'), '2025-11-20T06:00:00.000Z');
    assert.equal(momentOf('2025-13-20T08:00:00'), null);
  });

  it('never shows a password', () => {
    assert.equal(
      withoutPassword('postgres://ann:pw@host/db?sslpassword=x'),
      'postgres://ann@host/db',
    );
    assert.ok(!withoutPassword('postgres://ann:p w@ho st/db').includes('p w'));
  });
});
