import './main.css';
import { startPanel } from '../shared/startPanel.js';
import './reportApp.js';
import { restoreState } from './reportState.js';

startPanel('report-app', restoreState);
