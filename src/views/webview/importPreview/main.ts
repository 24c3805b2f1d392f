import './main.css';
import { startPanel } from '../shared/startPanel.js';
import './previewApp.js';
import { restoreState } from './previewState.js';

startPanel('preview-app', restoreState);
