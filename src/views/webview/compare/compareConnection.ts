import type { CompareNotifications, CompareRequests } from '../../compareProtocol.js';
import type { HostConnection } from '../shared/hostConnection.js';

export type CompareConnection = HostConnection<CompareRequests, CompareNotifications>;
