// Checks that `require` gives the same names as `import`.

import assert = require('node:assert/strict');
import katapult = require('katapult');

void import('katapult').then((module) => assert.deepEqual(Object.keys(katapult).sort(), Object.keys(module).sort()));
