import { catalogDeletions } from './support/catalogDeletions.js';
import { deletions } from './support/deletions.js';
import { describeFaults } from './support/describeFaults.js';

describeFaults('deletions', [...deletions, ...catalogDeletions], 6);
