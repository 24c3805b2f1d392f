/** What a key means anywhere on the gallery's page. */
export type PageKeyAction = 'search' | 'selectAll' | 'copyPath' | 'delete' | 'details' | 'back';

/**
 * The meaning of a key that no part of the page took for itself; nothing while somebody types.
 * @param viewing one image is shown, not the grid
 */
export function pageKeyAction(event: KeyboardEvent, viewing: boolean): PageKeyAction | null {
  const target = event.target as Element;
  if (event.defaultPrevented || event.altKey || target.matches('input[type=text]')) return null;
  const command = event.ctrlKey || event.metaKey;
  const choosing = target.matches('select, input');
  if (event.key === 'Escape') return 'back';
  if (command ? event.key === 'f' : event.key === '/') return 'search';
  if (choosing) return null;
  // As in the editor's own lists: on a Mac keyboard the key is Command+Backspace.
  if (command ? event.metaKey && event.key === 'Backspace' : event.key === 'Delete')
    return event.shiftKey ? null : 'delete';
  if (!command) return event.key === 'i' ? 'details' : null;
  if (event.key === 'a') return viewing ? null : 'selectAll';
  return event.key === 'c' && window.getSelection()?.isCollapsed ? 'copyPath' : null;
}
