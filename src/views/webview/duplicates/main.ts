import './main.css';
import { startPanel } from '../shared/startPanel.js';
import './duplicatesApp.js';
import { restoreState } from './duplicatesState.js';

startPanel('duplicates-app', restoreState);
