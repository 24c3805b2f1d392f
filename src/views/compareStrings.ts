import type { Translate } from './format.js';

/** The fixed texts of a comparison's webview. The host translates them and writes them into the page. */
export function compareStrings(t: Translate) {
  return {
    loading: t('Loading…'),
    views: t('View'),
    side: t('Side by Side'),
    blink: t('Blink'),
    difference: t('Difference'),
    next: t('Next Picture in Its Place'),
    zoomIn: t('Zoom In'),
    zoomOut: t('Zoom Out'),
    zoomFit: t('Fit to Window'),
    zoomActual: t('Actual Size'),
    facts: t('Facts'),
    onlyDifferences: t('Only Differences'),
    noDifferences: t('All known facts are the same.'),
    fact: t('Fact'),
    differs: t('differs'),
    unknown: t('not known'),
    open: t('Open {0}'),
    showInGallery: t('Show {0} in the Gallery'),
    blinkPosition: t('{0} of {1}: {2}'),
    amplification: t('Amplification'),
    amplified: t('{0} times'),
    first: t('First Picture'),
    second: t('Second Picture'),
    differenceOf: t('Difference of {0} and {1}. {2}'),
    samePixels: t('The pictures are the same in every pixel.'),
    differingPixels: t(
      '{0} % of the pixels differ visibly; on average by {1}, at most by {2} of 255.',
    ),
    scaled: t('Both pictures were brought to {0} × {1} pixels.'),
    otherShape: t('Their shapes differ, so one of them is stretched.'),
    cannotShow: t('The picture cannot be shown.'),
    noDifference: t('Without both pictures there is no difference to show.'),
    keys: t(
      'S, B and D choose the view, Space shows the next picture in its place, plus and minus zoom, 0 fits, 1 is the actual size, arrow keys move.',
    ),
  };
}
export type CompareStrings = ReturnType<typeof compareStrings>;
