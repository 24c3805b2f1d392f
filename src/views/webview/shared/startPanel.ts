import type { PageData } from '../../panelProtocol.js';
import { HostConnection, vsCodeApi } from './hostConnection.js';
import { readPageData } from './page.js';

/**
 * Puts a panel's root element into the page, with its connection, texts and what was kept of the last time.
 * @param restore gives the state to start with; what was kept is not trusted to be complete
 */
export function startPanel<Identity, State extends object>(
  tagName: string,
  restore: (identity: Identity, kept: Partial<State>) => State,
): void {
  const api = vsCodeApi();
  const { strings, identity } = readPageData<PageData<unknown, Identity>>();
  const view = restore(identity, api.getState() ?? {});
  // Also without a change: a window reload hands this state to the host.
  api.setState(view);
  const app = document.createElement(tagName);
  Object.assign(app, {
    connection: new HostConnection(api),
    strings,
    view,
    saveState: (state: State) => api.setState(state),
  });
  document.getElementById('app')?.append(app);
}
