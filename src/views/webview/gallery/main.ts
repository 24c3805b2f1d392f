import './main.css';
import type { GalleryPlace } from '../../galleryProtocol.js';
import { startPanel } from '../shared/startPanel.js';
import './galleryApp.js';
import { restoreState, type GalleryState } from './galleryState.js';

startPanel<GalleryPlace, GalleryState>('gallery-app', restoreState);
