import { describeFaults } from './support/describeFaults.js';
import { reorganizations } from './support/reorganizations.js';

describeFaults('reorganizations', reorganizations, 1);
