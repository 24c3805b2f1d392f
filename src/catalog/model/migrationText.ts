import { plain } from './markdown.js';
import type { DateOutcome, LeftOutReason, LegacyKind, MigrationReport } from './migration.js';

const kindNames: Readonly<Record<LegacyKind, string>> = {
  image: 'Images',
  tag: 'Tags',
  imageTag: 'Tags of images',
  duplicateGroup: 'Duplicate groups',
  duplicateDecision: 'Duplicate decisions',
  burst: 'Bursts',
  importJob: 'Import jobs',
  job: 'Other jobs (kept as history)',
  other: 'Other rows (kept as they were)',
};

const reasonTexts: Readonly<Record<LeftOutReason, string>> = {
  DUPLICATE_TAG: 'made by the old duplicate search',
  SAME_CONTENT: 'the catalog has an image with the same content; the path is kept as a sighting',
  NO_CHECKSUM: 'without a valid checksum; scan the source to bring them in',
  NO_PATH: 'without a path',
  NO_NAME: 'without a name',
  IMAGE_NOT_MIGRATED: 'of an image that is not there',
  TAG_NOT_MIGRATED: 'of a tag that is not there',
  TOO_FEW_IMAGES: 'their images are not there',
  NOT_DECIDED: 'put off, so nothing was decided',
  DERIVED_DATA: 'computed anew when needed',
};

const dateTexts: Readonly<Record<DateOutcome, string>> = {
  KEPT: 'as before',
  RECOVERED: 'found in metadata that the old program had overlooked',
  GUESSED: 'had none; read from the name, the folder or the file’s time',
  TIME_RECOVERED: 'the time of day was found',
  CORRECTED: 'corrected',
  DROPPED: 'dropped: no date after all',
  NONE: 'without a date',
};

/** The report as a Markdown document, which also reads well as plain text. */
export function renderReport(report: MigrationReport): string {
  const { files, dates, sources, sourceChoices, absentPrefixes, leftOut, counts } = report;
  const verb = report.dryRun ? 'Would bring along' : 'Brought along';
  const lines = [
    `# ${report.dryRun ? 'Migration, dry run' : 'Migration'}: ${plain(report.originName)}`,
    '',
    `From ${plain(report.location)} into the catalog "${plain(report.catalogName)}".`,
    ...(report.dryRun ? ['', 'Nothing has been written. Photos are never touched.'] : []),
    '',
    '## What comes along',
    '',
    `| | Old | ${verb} | Earlier | Left out |`,
    '|---|--:|--:|--:|--:|',
    ...counts
      .filter(({ total }) => total > 0)
      .map(
        ({ kind, total, migrated, earlier, leftOut: out }) =>
          `| ${kindNames[kind]} | ${total} | ${migrated} | ${earlier} | ${out} |`,
      ),
    '',
    '## Sources',
    '',
    '| Source | Folder | Images | Found | Missing | Not reachable |',
    '|---|---|--:|--:|--:|--:|',
    ...sources.map(
      (each) =>
        `| ${cell(each.name)} | ${cell(each.path || '-')}${each.directory === null || each.existsHere ? '' : ' (not here)'} | ${each.images} | ${each.filesFound} | ${each.filesMissing} | ${each.filesUnreachable} |`,
    ),
    '',
  ];
  if (absentPrefixes.length > 0) {
    lines.push(
      '## Folders that are not on this machine',
      '',
      'Map them to where they are, for example with `--map OLD=NEW`.',
      '',
      ...absentPrefixes.map(({ prefix, images }) => `- ${plain(prefix)}: ${images} images`),
      '',
    );
  }
  lines.push(
    '## Files',
    '',
    `- ${files.found} found, ${files.missing} missing, ${files.unreachable} not reachable`,
    `- ${files.managed} under the organized directory${report.managedDirectory === null ? '' : ` ${plain(report.managedDirectory)}`}: they become managed; the origin of ${files.managedOriginUnknown} is unknown`,
    '',
    '## Dates of new images',
    '',
    ...Object.entries(dateTexts)
      .map(([outcome, text]) => [dates[outcome as DateOutcome], text] as const)
      .filter(([count]) => count > 0)
      .map(([count, text]) => `- ${count} ${text}`),
    `- ${report.zonesIgnored} were stored as universal time and are the camera's wall clock`,
    `- ${report.suspiciousDates} look wrong and are marked`,
    '',
    `Perceptual hashes of ${report.hashesToRecompute} images are computed anew.`,
    '',
  );
  if (sourceChoices.length > 0) {
    lines.push('## Folders in more than one source', '', 'The longest path won.', '');
    for (const { chosen, others, images, example } of sourceChoices) {
      lines.push(
        `- ${images} images: ${plain(chosen)}, not ${others.map(plain).join(', ')} (such as ${plain(example)})`,
      );
    }
    lines.push('');
  }
  if (leftOut.length > 0) {
    lines.push('## Left out', '');
    for (const { kind, reason, count, examples } of leftOut) {
      lines.push(
        `- ${kindNames[kind]}: ${count} ${reasonTexts[reason]} (such as ${examples.slice(0, 3).map(plain).join(', ')})`,
      );
    }
    lines.push('');
  }
  const others = Object.entries(report.others);
  if (others.length > 0) {
    lines.push('## Kept as JSON', '');
    lines.push(...others.map(([table, count]) => `- ${plain(table)}: ${count}`), '');
  }
  if (report.notes.length > 0)
    lines.push('## Notes', '', ...report.notes.map((n) => `- ${plain(n)}`), '');
  return lines.join('\n');
}

const cell = (text: string): string => plain(text).replace(/\|/g, '\\|');
