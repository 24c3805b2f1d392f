import assert from 'node:assert/strict';
import {
  destinationExtension,
  destinationFolder,
  destinationStem,
} from '../../../src/catalog/import/strategy.js';
import {
  directoryStructures,
  namingStrategies,
} from '../../../src/catalog/model/organizationStrategy.js';
import { exampleFolders, exampleNames, examplePhoto } from '../../../src/views/strategyExample.js';

describe('strategy examples', () => {
  const file = {
    originalName: examplePhoto.name,
    checksum: examplePhoto.checksum,
    captureTime: {
      value: examplePhoto.capturedAt,
      source: 'exif:DateTimeOriginal',
      confidence: 95,
      suspicious: null,
    },
  } as const;

  it('show the folders that an import makes', () => {
    for (const directoryStructure of directoryStructures) {
      const strategy = { directoryStructure, namingStrategy: 'ORIGINAL' } as const;
      const settings = { strategy, undatedByModificationDate: false };
      assert.equal(exampleFolders[directoryStructure], destinationFolder(file, settings));
    }
  });

  it('show the names that an import gives', () => {
    for (const namingStrategy of namingStrategies) {
      const strategy = { directoryStructure: 'FLAT', namingStrategy } as const;
      const settings = { strategy, undatedByModificationDate: false };
      const stem = destinationStem(file, settings);
      const name = `${stem}${destinationExtension(file.originalName)}`;
      const [start = '', end = ''] = exampleNames[namingStrategy].split('…');
      assert.ok(name.startsWith(start) && name.endsWith(end), `${name} is not like the example`);
      if (!exampleNames[namingStrategy].includes('…'))
        assert.equal(exampleNames[namingStrategy], name);
    }
  });
});
