/** Webviews with pictures whose bytes they receive in messages. */
export const bundlesWithFiles: readonly string[] = ['gallery', 'compare'];

export interface WebviewHtmlOptions {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  readonly nonce: string;
  /** BCP 47 tag of the editor's language. */
  readonly language: string;
  readonly title: string;
  /** Addresses of the bundle, its styles and the icon font's styles, from `webview.asWebviewUri`. */
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly codiconsUri: string;
  /** The page shows pictures whose bytes it receives in messages. */
  readonly showsFiles?: boolean;
  /** Written into the page as JSON; the webview reads it at its start. */
  readonly pageData: unknown;
}

/**
 * The page of every webview. The script and its data come with the page, nothing is loaded from elsewhere.
 * `style-src` has no 'unsafe-inline': lit's static styles are constructed sheets, which it allows.
 * `font-src` is for the icon font. `script-src` has the nonce only, so no text that slips into the page runs.
 */
export function webviewHtml(options: WebviewHtmlOptions): string {
  const source = options.cspSource;
  const policy = [
    "default-src 'none'",
    `img-src ${source}${options.showsFiles ? ' blob: data:' : ''}`,
    `font-src ${source}`,
    `style-src ${source}`,
    `script-src 'nonce-${options.nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(options.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title)}</title>
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${escapeHtml(options.codiconsUri)}">
<link rel="stylesheet" href="${escapeHtml(options.styleUri)}">
</head>
<body>
<script type="application/json" id="page-data">${scriptJson(options.pageData)}</script>
<main id="app"></main>
<script nonce="${escapeHtml(options.nonce)}" src="${escapeHtml(options.scriptUri)}"></script>
</body>
</html>`;
}

/** JSON that stays inside its script element whatever the texts hold. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => htmlEscapes[character] ?? character);
}
