import { describeFaults } from './support/describeFaults.js';
import { laterOperations } from './support/operations.js';

describeFaults('resume, roll back and undo', laterOperations);
