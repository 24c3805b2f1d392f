import './main.css';
import { startPanel } from '../shared/startPanel.js';
import './auditApp.js';
import { restoreState } from './auditState.js';

startPanel('audit-app', restoreState);
