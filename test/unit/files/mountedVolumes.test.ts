import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { nodeFilePort, type FilePort } from '../../../src/catalog/files/filePort.js';
import { mountedVolumes, placesNow, volumePlace } from '../../../src/catalog/files/volumes.js';

const table = [
  '22 27 0:21 / /proc rw,relatime - proc proc rw',
  '27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
  '90 27 8:17 / /media/anna/My\\040Photos rw,nosuid master:2 shared:3 - exfat /dev/sdb1 rw',
  '91 27 8:33 /pictures /srv/pictures rw - btrfs /dev/mapper/data rw',
  '92 27 0:50 / /mnt/nas rw - cifs //nas/photos rw,vers=3.0',
  '93 27 0:51 / /tmp rw - tmpfs tmpfs rw',
  '',
].join('\n');

/** A Linux with these mounts and disks. */
function port(text: string, uuids: Readonly<Record<string, string>>): FilePort {
  const bytes = Buffer.from(text);
  return {
    ...nodeFilePort,
    openRead: (path) => {
      assert.equal(path, '/proc/self/mountinfo');
      return 3;
    },
    // The kernel hands such files out in pieces.
    read: (_descriptor, buffer, offset, length, position) =>
      bytes.copy(buffer, offset, position, position + Math.min(length, 100)),
    close: () => undefined,
    readdir: (path) => {
      assert.equal(path, '/dev/disk/by-uuid');
      return Object.keys(uuids).map((name) => ({ name, kind: 'symlink' }));
    },
    realpath: (path) => uuids[path.slice('/dev/disk/by-uuid/'.length)] ?? aliases[path] ?? path,
  };
}

const aliases: Readonly<Record<string, string>> = { '/dev/mapper/data': '/dev/dm-0' };
const uuids = { 'aaaa-1': '/dev/vda1', '1234-5678': '/dev/sdb1', 'bbbb-2': '/dev/dm-0' };

describe('mounted volumes', () => {
  it('are those with an id of their own', () => {
    assert.deepEqual(mountedVolumes(port(table, uuids)), [
      { id: 'uuid:aaaa-1', mountPoint: '/', root: '/' },
      { id: 'uuid:1234-5678', mountPoint: '/media/anna/My Photos', root: '/' },
      { id: 'uuid:bbbb-2', mountPoint: '/srv/pictures', root: '/pictures' },
      { id: 'share://nas/photos', mountPoint: '/mnt/nas', root: '/' },
    ]);
  });

  it('tell where a folder is on them, and where that is when they are mounted elsewhere', () => {
    const before = mountedVolumes(port(table, uuids));
    const place = volumePlace(before, '/media/anna/My Photos/2023/06');
    assert.deepEqual(place, { id: 'uuid:1234-5678', path: '/2023/06' });
    const moved = table.replace('/media/anna/My\\040Photos', '/run/media/bob/B');
    assert.deepEqual(placesNow(mountedVolumes(port(moved, uuids)), place ?? assert.fail()), [
      '/run/media/bob/B/2023/06',
    ]);
    assert.deepEqual(volumePlace(before, '/srv/pictures'), {
      id: 'uuid:bbbb-2',
      path: '/pictures',
    });
    const whole = table.replace('/pictures /srv/pictures', '/ /data');
    assert.deepEqual(
      placesNow(mountedVolumes(port(whole, uuids)), { id: 'uuid:bbbb-2', path: '/pictures/a' }),
      ['/data/pictures/a'],
    );
    assert.deepEqual(volumePlace(before, '/home/anna'), { id: 'uuid:aaaa-1', path: '/home/anna' });
    assert.deepEqual(placesNow(before, { id: 'uuid:gone', path: '/' }), []);
  });

  it('are none where the system does not tell them', () => {
    const broken = {
      ...nodeFilePort,
      openRead: (): number => {
        throw new Error('no such file');
      },
    };
    assert.deepEqual(mountedVolumes(broken), []);
    assert.equal(volumePlace([], '/home/anna'), null);
  });
});
