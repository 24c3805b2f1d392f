import './main.css';
import { startPanel } from '../shared/startPanel.js';
import './samplesApp.js';
import { restoreState } from './samplesState.js';

startPanel('samples-app', restoreState);
