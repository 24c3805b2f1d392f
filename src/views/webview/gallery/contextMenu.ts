/**
 * Where the editor's own menu is to open. A key's event comes from the grid: it is sent again from the active tile.
 * What is no image gets no menu.
 * @param active the element of the active tile, if it is drawn
 * @returns the tile's index, or null in the image viewer; nothing if this event opens no menu
 */
export function menuPlace(
  event: MouseEvent,
  active: Element | null,
): { readonly index: number | null } | undefined {
  const target = event.target as Element;
  const element = target.closest<HTMLElement>('[data-index], image-viewer');
  if (element) {
    const index = element.dataset['index'];
    return { index: index === undefined ? null : Number(index) };
  }
  event.preventDefault();
  event.stopPropagation();
  if (!target.closest('.grid-viewport') || event.button === 2 || !active) return undefined;
  const { left, top, width, height } = active.getBoundingClientRect();
  active.dispatchEvent(
    new MouseEvent('contextmenu', {
      bubbles: true,
      composed: true,
      cancelable: true,
      clientX: left + width / 2,
      clientY: top + height / 2,
    }),
  );
  return undefined;
}

/** Says what the menu is about in `data-vscode-context`: how many images; which, the host is told beforehand. */
export function describeMenu(event: MouseEvent, imageCount: number, gallery: string): void {
  const body = event.currentTarget as HTMLElement;
  body.dataset['vscodeContext'] = JSON.stringify({
    webviewSection: imageCount > 1 ? 'images' : 'image',
    preventDefaultContextMenuItems: true,
    gallery,
  });
}
