#!/usr/bin/env node
// The launcher: builds dist/ when it is missing or older than the sources, then hands over to the command line.
import { setFlagsFromString } from 'node:v8';
import { build, isStale } from './build.mjs';

// On a machine with much memory V8 lets garbage pile up to hundreds of MB before it looks; this costs no measurable time.
setFlagsFromString('--heap-growing-percent=60');

if (isStale()) {
  try {
    await build();
  } catch (error) {
    process.stderr.write(
      `Wireroom could not be built: ${error.message}\nRun "npm ci" in its folder, as the user that owns it.\n`,
    );
    process.exit(1);
  }
}
const { run } = await import('../dist/cli.js');
await run(process.argv);
