import './main.css';
import { jobFilters, type JobIdentity, type JobReportPageData } from '../../panelProtocol.js';
import { HostConnection, vsCodeApi } from '../shared/hostConnection.js';
import { readPageData } from '../shared/page.js';
import './reportApp.js';
import type { ReportState } from './reportApp.js';

const api = vsCodeApi();
const { strings, identity } = readPageData<JobReportPageData>();
const kept = api.getState() as Partial<ReportState> | undefined;
const view = restore(identity, kept);
api.setState(view);

const app = document.createElement('report-app');
Object.assign(app, {
  connection: new HostConnection(api),
  strings,
  view,
  saveState: (state: unknown) => api.setState(state),
});
document.getElementById('app')?.append(app);

function restore(current: JobIdentity, state: Partial<ReportState> | undefined): ReportState {
  const same = state?.identity?.jobId === current.jobId;
  return {
    identity: current,
    filter: (same && jobFilters.find((filter) => filter === state.filter)) || 'all',
    scrollTop: (same && state.scrollTop) || 0,
  };
}
