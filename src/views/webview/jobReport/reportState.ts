import {
  jobFilters,
  type JobFilter,
  type JobIdentity,
  type JobReportNotifications,
  type JobReportRequests,
} from '../../panelProtocol.js';
import type { HostConnection } from '../shared/hostConnection.js';
import type { PanelState } from '../shared/panelState.js';

export type ReportConnection = HostConnection<JobReportRequests, JobReportNotifications>;

/** What is looked at, kept by the editor while the webview is hidden and over a window reload. */
export interface ReportState extends PanelState {
  readonly identity: JobIdentity;
  readonly filter: JobFilter;
}

/** The kept state, if it is of this job; else a fresh one. */
export function restoreState(identity: JobIdentity, kept: Partial<ReportState>): ReportState {
  const same = kept.identity?.jobId === identity.jobId;
  return {
    identity,
    filter: (same && jobFilters.find((filter) => filter === kept.filter)) || 'all',
    scrollTop: (same && kept.scrollTop) || 0,
  };
}
