/**
 * The gallery in a real browser and editor, on a catalog of images whose thumbnails are there: the time from the
 * command to the first thumbnails (first use after the editor's start, and again), frames while scrolling, memory.
 * Goals for 100,000 images: 1.5 s, 60 frames a second on average with no frame above 50 ms, less than 150 MB.
 *
 * Beside it stand, each in a window or page of its own:
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
const indexMs = 15_000;

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

async function galleryFrame(page: Page): Promise<Frame | null> {
  for (const frame of page.frames()) {
    const has = await frame
      .evaluate("document.querySelector('gallery-app') !== null")
      .catch(() => false);
    if (has === true) return frame;
  }
  return null;
}

async function openGallery(workbench: Workbench): Promise<number> {
  const { page } = workbench;
  await page.keyboard.press('F1');
  await workbench.quickInput.fill('>Image Catalog: Open Gallery');
  await workbench.quickRow('Open Gallery').waitFor();
  const start = performance.now();
  await page.keyboard.press('Enter');
  await untilThumbnails(() => galleryFrame(page), '.photo img');
  return performance.now() - start;
}

interface Window extends Scrolling {
  readonly first: number;
  readonly again: number;
  readonly memoryMb: number;
}

/** Opens the gallery twice in a new window and scrolls through it. */
async function measureWindow(browser: Browser, url: string): Promise<Window> {
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
    const first = await openGallery(workbench);
    await workbench.closeAllEditors();
    const again = await openGallery(workbench);
    const frame = await galleryFrame(page);
    if (!frame) throw new Error('The gallery is gone.');
    // The engine reads what searches look at.
    await page.waitForTimeout(indexMs);
    const frames = await frame.evaluate<number[]>(scrollScript('.grid-viewport', scrollSeconds));
    await collectGarbage(page);
    const memoryMb = Math.round((await pageMemory(browser)) - before);
    const measured = { first, again, ...scrollingOf(frames), memoryMb };
    console.log(JSON.stringify(measured));
    return measured;
  } finally {
    await context.close();
  }
}

async function measureGallery(workspace: string): Promise<Figures & { readonly againMs: number }> {
  const profile = await makeProfile();
  installVsix(profile, vsixPath());
  const server = await startServer(profile, {
    settings: { 'imageCatalog.pictures.background': false },
    env: { IMAGE_CATALOG_STATE_DIR: path.join(workspace, 'state') },
  });
  const { browser } = await startBrowser();
  try {
    const windows: Window[] = [];
    for (let round = 1; round <= rounds; round += 1)
      windows.push(await measureWindow(browser, workbenchUrl(server, workspace)));
    const middle = (name: keyof Window): number => median(windows.map((each) => each[name]));
    return {
      firstThumbnailsMs: Math.round(middle('first')),
      againMs: Math.round(middle('again')),
      framesPerSecond: middle('framesPerSecond'),
      worstFrameMs: middle('worstFrameMs'),
      framesAbove50Ms: middle('framesAbove50Ms'),
      memoryMb: middle('memoryMb'),
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
  console.log(`${imageCount} images with thumbnails`);
  const gallery = await measureGallery(workspace);
  const boxes = await measureBoxes();
  const thumbnails = path.join(workspace, '.image-catalog', 'thumbnails');
  const plainPage = await measurePlainPage(thumbnails, names).catch((error: unknown) =>
    String(error),
  );
  const framesOfBoxes = Number((gallery.framesPerSecond / boxes.framesPerSecond).toFixed(2));
  const figures = { gallery, boxes, plainPage, framesOfBoxes };
  console.log(JSON.stringify({ bench: 'gallery', images: imageCount, ...figures }, null, 2));
});
