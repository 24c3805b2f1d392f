/**
 * The gallery in a real browser and editor, on a catalog of images whose thumbnails are there: the time from the
 * command to the first thumbnails (first use after the editor's start, and again), frames while scrolling, memory.
 * Goals for 100,000 images: 1.5 s, 60 frames a second on average with no frame above 50 ms, less than 150 MB.
 *
 * Beside it stand, each in a window or page of its own:
 * - the editor's own Markdown preview of a page with 40 of the thumbnails: what opening any webview takes here;
 * - a page of plain coloured boxes of the tiles' size, as many as are in view: the frames that this browser reaches;
 * - a page with a lazy `<img>` for every image: the plainest gallery.
 *
 *   npm run package && npx tsx bench/gallery.ts [images] [rounds] [seconds of scrolling]
 */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { vsixPath } from '../scripts/package.mjs';
import {
  dropProfile,
  installVsix,
  makeProfile,
  startBrowser,
  startServer,
  workbenchUrl,
} from '../scripts/vscode/server.mjs';
import { Workbench } from '../test/e2e/support/workbench.js';
import { median, withTemporaryFolder } from './lib/catalogBench.js';
import { makeGalleryCatalog } from './lib/galleryCatalog.js';

const [imageCount = 100_000, rounds = 3, scrollSeconds = 8] = process.argv.slice(2).map(Number);
/** A quick reader's pace: about three views a second. */
const pixelsPerSecond = 2400;
const limitMs = 120_000;
const startMs = 4000;

interface Scrolling {
  readonly framesPerSecond: number;
  readonly worstFrameMs: number;
  readonly framesAbove50Ms: number;
}

interface Figures extends Scrolling {
  readonly firstThumbnailsMs: number;
  /** Resident memory of the page's process above what it was before. */
  readonly memoryMb: number;
}

/** Medians, in milliseconds: the first time in a window, and the second. */
interface Opening {
  readonly firstThumbnailsMs: number;
  readonly againMs: number;
}

/** Scrolls an element of the page evenly and measures every frame. As text: it runs in the page. */
function scrollScript(selector: string, seconds: number): string {
  return `new Promise((resolve) => {
    const element = document.querySelector(${JSON.stringify(selector)});
    const frames = [];
    let last = performance.now();
    const end = last + ${seconds * 1000};
    const step = (now) => {
      const passed = now - last;
      last = now;
      frames.push(passed);
      element.scrollTop += passed * ${pixelsPerSecond / 1000};
      if (now < end) requestAnimationFrame(step);
      else resolve(frames.slice(2));
    };
    requestAnimationFrame(step);
  })`;
}

function ratio(one: number, other: number): number {
  return Number((one / other).toFixed(2));
}

function scrollingOf(frames: readonly number[]): Scrolling {
  const total = frames.reduce((sum, frame) => sum + frame, 0);
  return {
    framesPerSecond: Math.round((frames.length / total) * 10_000) / 10,
    worstFrameMs: Math.round(Math.max(...frames)),
    framesAbove50Ms: frames.filter((frame) => frame > 50).length,
  };
}

/** Proportional memory in MB of all processes of the browser that draw pages. */
async function pageMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  let kilobytes = 0;
  for (const { type, id } of processInfo) {
    if (type !== 'renderer') continue;
    const file = `/proc/${id}/smaps_rollup`;
    if (fs.existsSync(file))
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(file, 'utf8'))?.[1] ?? 0);
  }
  return kilobytes / 1000;
}

async function collectGarbage(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
}

/** Waits for a picture in view to be decoded. */
async function untilThumbnails(
  frame: () => Promise<Page | Frame | null>,
  selector: string,
): Promise<void> {
  const end = Date.now() + limitMs;
  const script = `[...document.querySelectorAll(${JSON.stringify(selector)})]
    .filter((image) => image.complete && image.naturalWidth > 0).length >= 6`;
  while (Date.now() < end) {
    const page = await frame();
    if (page && (await page.evaluate(script).catch(() => false)) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new Error(`No thumbnails after ${limitMs / 1000} s.`);
}

/** An editor tab that shows pictures. */
interface PictureTab {
  readonly name: string;
  readonly command: string;
  /** Selects the pictures in the frame of the tab. */
  readonly pictures: string;
  /** What the command needs to be there. */
  readonly before?: (workbench: Workbench) => Promise<void>;
}

const galleryTab: PictureTab = {
  name: 'gallery',
  command: 'Image Catalog: Open Gallery',
  pictures: '.photo img',
};
const markdownFile = 'pictures.md';
const markdownTab: PictureTab = {
  name: 'Markdown preview',
  command: 'Markdown: Open Preview',
  pictures: '.markdown-body img',
  before: async (workbench) => {
    await workbench.page.keyboard.press('Control+P');
    await workbench.quickInput.fill(markdownFile);
    await workbench.quickRow(markdownFile).click();
    await workbench.tab(markdownFile).waitFor();
  },
};

function frameWith(page: Page, selector: string): () => Promise<Frame | null> {
  return async () => {
    for (const frame of page.frames()) {
      const has = await frame
        .evaluate(`document.querySelector(${JSON.stringify(selector)}) !== null`)
        .catch(() => false);
      if (has === true) return frame;
    }
    return null;
  };
}

async function openTab(workbench: Workbench, tab: PictureTab): Promise<number> {
  const { page } = workbench;
  await tab.before?.(workbench);
  await page.keyboard.press('F1');
  await workbench.quickInput.fill(`>${tab.command}`);
  await workbench.quickRow(tab.command.replace(/^.*: /, '')).waitFor();
  const start = performance.now();
  await page.keyboard.press('Enter');
  await untilThumbnails(frameWith(page, tab.pictures), tab.pictures);
  return performance.now() - start;
}

/** Opens the tab twice in a new window; the last window of the gallery is scrolled through. */
async function measureTab(
  browser: Browser,
  url: string,
  tab: PictureTab,
  scrolls: boolean,
): Promise<{ times: readonly number[]; scrolling: (Scrolling & { memoryMb: number }) | null }> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(limitMs);
    const workbench = new Workbench(page);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await workbench.ready();
    await workbench.openContainer('Image Catalog');
    await workbench.treeRow(/^Bench/, 'Catalogs').waitFor();
    // The editor itself starts for some seconds more.
    await page.waitForTimeout(startMs);
    await collectGarbage(page);
    const before = await pageMemory(browser);
    const first = await openTab(workbench, tab);
    await workbench.closeAllEditors();
    const again = await openTab(workbench, tab);
    console.log(`${tab.name}: first pictures after ${first.toFixed(0)} ms, ${again.toFixed(0)} ms`);
    let scrolling = null;
    if (scrolls) {
      const frame = await frameWith(page, tab.pictures)();
      if (!frame) throw new Error('The gallery is gone.');
      await page.waitForTimeout(1500);
      const frames = await frame.evaluate<number[]>(scrollScript('.grid-viewport', scrollSeconds));
      await collectGarbage(page);
      const memoryMb = Math.round((await pageMemory(browser)) - before);
      scrolling = { ...scrollingOf(frames), memoryMb };
    }
    return { times: [first, again], scrolling };
  } finally {
    await context.close();
  }
}

async function measureEditor(
  workspace: string,
): Promise<{ gallery: Opening & Scrolling; markdownPreview: Opening }> {
  const profile = await makeProfile();
  installVsix(profile, vsixPath());
  const server = await startServer(profile, {
    settings: { 'imageCatalog.pictures.background': false },
    env: { IMAGE_CATALOG_STATE_DIR: path.join(workspace, 'state') },
  });
  const { browser } = await startBrowser();
  try {
    const url = workbenchUrl(server, workspace);
    const times: Record<string, (readonly number[])[]> = {};
    let scrolling: Scrolling | null = null;
    for (let round = 1; round <= rounds; round += 1) {
      for (const tab of [galleryTab, markdownTab]) {
        const scrolls = tab === galleryTab && round === rounds;
        const measured = await measureTab(browser, url, tab, scrolls);
        (times[tab.name] ??= []).push(measured.times);
        scrolling ??= measured.scrolling;
      }
    }
    const opening = ({ name }: PictureTab): Opening => ({
      firstThumbnailsMs: Math.round(median((times[name] ?? []).map(([first = 0]) => first))),
      againMs: Math.round(median((times[name] ?? []).map(([, again = 0]) => again))),
    });
    if (!scrolling) throw new Error('Nothing was scrolled.');
    return {
      gallery: { ...opening(galleryTab), ...scrolling },
      markdownPreview: opening(markdownTab),
    };
  } finally {
    await browser.close();
    await server.stop();
    dropProfile(profile);
  }
}

/** Boxes of the tiles' size that change their places while the page is scrolled, and nothing else. */
async function measureBoxes(): Promise<Scrolling> {
  const [columns, rows, cell] = [5, 6, 232] as const;
  const boxes = Array.from({ length: columns * rows }, (_, index) => {
    const left = (index % columns) * 208;
    return `<i style="left:${left}px;background:hsl(${index * 37} 50% 50%)"></i>`;
  });
  const content = `<!DOCTYPE html><style>
    body { margin: 0; height: 100vh; overflow: auto; position: relative; }
    div { height: 10000000px; } i { position: absolute; width: 200px; height: 184px; }
    </style><body><div></div>${boxes.join('')}<script>
    const boxes = [...document.querySelectorAll('i')];
    const place = () => {
      const first = Math.floor(document.body.scrollTop / ${cell});
      for (let row = first; row < first + ${rows}; row += 1)
        for (let column = 0; column < ${columns}; column += 1)
          boxes[(row % ${rows}) * ${columns} + column].style.top = row * ${cell} + 'px';
    };
    document.body.onscroll = place;
    place();
    </script>`;
  const { browser, context } = await startBrowser({ viewport: { width: 1060, height: 800 } });
  try {
    const page = await context.newPage();
    await page.setContent(content);
    await page.waitForTimeout(500);
    return scrollingOf(await page.evaluate<number[]>(scrollScript('body', scrollSeconds)));
  } finally {
    await browser.close();
  }
}

/** The plainest gallery: all images in the page, the browser loads those in view. */
async function measurePlainPage(folder: string, names: readonly string[]): Promise<Figures> {
  const tiles = names
    .map(
      (name) =>
        `<figure><img loading="lazy" src="/${name}"><figcaption>${name.slice(3, 19)}</figcaption></figure>`,
    )
    .join('');
  const content = `<!DOCTYPE html><style>
    body { margin: 0; height: 100vh; overflow: auto; font: 13px sans-serif; display: grid; gap: 8px;
      grid-template-columns: repeat(auto-fill, minmax(184px, 1fr)); }
    figure { margin: 0; height: 224px; } img { width: 100%; height: 184px; object-fit: contain; }
    </style><body>${tiles}`;
  const server = http.createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    const isPage = name === '';
    response.writeHead(isPage || name.endsWith('.webp') ? 200 : 404, {
      'content-type': isPage ? 'text/html' : 'image/webp',
    });
    if (isPage) response.end(content);
    else if (!name.endsWith('.webp')) response.end();
    else fs.createReadStream(path.join(folder, path.normalize(name))).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { browser, context } = await startBrowser();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(limitMs);
    const before = await pageMemory(browser);
    const start = performance.now();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      waitUntil: 'commit',
    });
    await untilThumbnails(() => Promise.resolve(page), 'img');
    const firstThumbnailsMs = Math.round(performance.now() - start);
    await page.waitForLoadState('load');
    const frames = await page.evaluate<number[]>(scrollScript('body', scrollSeconds));
    await collectGarbage(page);
    const memoryMb = Math.round((await pageMemory(browser)) - before);
    return { firstThumbnailsMs, memoryMb, ...scrollingOf(frames) };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

await withTemporaryFolder(async (workspace) => {
  const names = await makeGalleryCatalog(workspace, imageCount);
  const lines = names.slice(0, 40).map((name) => `![](.image-catalog/thumbnails/${name})`);
  fs.writeFileSync(path.join(workspace, markdownFile), lines.join('\n'));
  console.log(`${imageCount} images with thumbnails`);
  const editor = await measureEditor(workspace);
  const boxes = await measureBoxes();
  const thumbnails = path.join(workspace, '.image-catalog', 'thumbnails');
  const plainPage = await measurePlainPage(thumbnails, names).catch((error: unknown) =>
    String(error),
  );
  const { gallery, markdownPreview } = editor;
  console.log(
    JSON.stringify(
      {
        bench: 'gallery',
        images: imageCount,
        gallery,
        markdownPreview,
        boxes,
        plainPage,
        timeOfMarkdownPreview: ratio(gallery.firstThumbnailsMs, markdownPreview.firstThumbnailsMs),
        framesOfBoxes: ratio(gallery.framesPerSecond, boxes.framesPerSecond),
      },
      null,
      2,
    ),
  );
});
