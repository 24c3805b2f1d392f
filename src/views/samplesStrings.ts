import type { Translate } from './format.js';

/** The fixed texts of the sheet of sample pairs. The host translates them and writes them into the page. */
export function samplesStrings(t: Translate) {
  return {
    loading: t('Comparing the pictures…'),
    heading: t('Which pictures look alike?'),
    explanation: t(
      'Go down the sheet as long as the pairs are the same picture to you, and use the last distance where they are.',
    ),
    method: t('Method'),
    methods: {
      dhash: t('dHash: neighbouring brightness'),
      ahash: t('aHash: brightness against the average'),
      whash: t('wHash: wavelets'),
      phash: t('pHash: frequencies'),
    },
    distance: t('Distance {0}'),
    found: t('found'),
    notFound: t('not found'),
    use: t('Use This Threshold'),
    useLabel: t('Use distance {0} as the threshold'),
    inUse: t('In Use'),
    none: t('No pairs at this distance.'),
    pair: t('{0} and {1}, distance {2}: compare'),
    empty: t(
      'There are no two pictures to compare yet. Their hashes are made together with the thumbnails.',
    ),
  };
}
export type SamplesStrings = ReturnType<typeof samplesStrings>;
