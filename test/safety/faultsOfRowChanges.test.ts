import { describeFaults } from './support/describeFaults.js';
import { rowChanges } from './support/rowChanges.js';

describeFaults('row changes', rowChanges, 2);
