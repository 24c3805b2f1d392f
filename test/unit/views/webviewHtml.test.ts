import assert from 'node:assert/strict';
import { webviewHtml } from '../../../src/views/panels/webviewHtml.js';

const page = (pageData: unknown, title = 'Title'): string =>
  webviewHtml({
    cspSource: 'https://*.example',
    nonce: 'abc',
    language: 'de',
    title,
    scriptUri: 'https://x.example/main.js',
    styleUri: 'https://x.example/main.css',
    codiconsUri: 'https://x.example/codicon.css',
    pageData,
  });

describe('the page of a webview', () => {
  it('allows scripts by nonce only and no inline styles', () => {
    const html = page({});
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.match(policy, /^default-src &#39;none&#39;;/);
    assert.match(policy, /script-src &#39;nonce-abc&#39;$/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(html, / style=/);
    assert.match(html, /<html lang="de">/);
    for (const [script] of html.matchAll(/<script[^>]*>/g))
      assert.match(script, /nonce="abc"|type="application\/json"/);
  });

  it('keeps data inside its element whatever it holds', () => {
    const data = { name: '</script><script>alert(1)</script>', line: '\u2028', quote: '"&' };
    const html = page(data, '</title><b>');
    const json = /id="page-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    assert.deepEqual(JSON.parse(json), data);
    assert.equal(html.match(/<script/g)?.length, 2);
    assert.doesNotMatch(html, /<b>/);
  });
});
