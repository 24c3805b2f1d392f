import './main.css';
import { startPanel } from '../shared/startPanel.js';
import './compareApp.js';
import { restoreState } from './compareState.js';

startPanel('compare-app', restoreState);
