import assert from 'node:assert/strict';
import { CatalogError, fillMessage } from '../../../src/catalog/model/errors.js';

describe('messages of errors', () => {
  it('are filled from the data, sizes as people read them', () => {
    const data = { volume: '/mnt/card', needed: 73_108_864, free: 3_145_728 };
    const { message } = new CatalogError('DISK_FULL', data);
    assert.match(
      message,
      /^The volume \/mnt\/card has .*: 73\.1 MB are needed, 3\.1 MB are free\./,
    );
  });

  it('keep what is not known as it is', () => {
    assert.equal(fillMessage('{a}, {b}, {c:bytes}', { a: 1, c: 'x' }), '1, {b}, x');
  });
});
