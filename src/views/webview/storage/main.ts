import './main.css';
import { startPanel } from '../shared/startPanel.js';
import './storageApp.js';
import { restoreState } from './storageState.js';

startPanel('storage-app', restoreState);
