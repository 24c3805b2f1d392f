import { conversions } from './support/conversions.js';
import { describeFaults } from './support/describeFaults.js';

describeFaults('conversions', conversions, 2);
