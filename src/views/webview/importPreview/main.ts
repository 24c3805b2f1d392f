import './main.css';
import type { PreviewPageData } from '../../panelProtocol.js';
import { HostConnection, vsCodeApi } from '../shared/hostConnection.js';
import { readPageData } from '../shared/page.js';
import './previewApp.js';
import { restoreState } from './previewState.js';

const api = vsCodeApi();
const { strings, identity } = readPageData<PreviewPageData>();
const view = restoreState(api, identity);
// Also without a change: a window reload hands this state to the host.
api.setState(view);

const app = document.createElement('preview-app');
Object.assign(app, {
  connection: new HostConnection(api),
  strings,
  view,
  saveState: (state: unknown) => api.setState(state),
});
document.getElementById('app')?.append(app);
