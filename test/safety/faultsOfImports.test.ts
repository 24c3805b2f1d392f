import { describeFaults } from './support/describeFaults.js';
import { imports } from './support/operations.js';

describeFaults('imports', imports);
