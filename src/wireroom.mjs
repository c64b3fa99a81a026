#!/usr/bin/env node
// The launcher: builds dist/ when it is missing or older than the sources, then hands over to the command line.
import { build, isStale } from './build.mjs';

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
process.setSourceMapsEnabled(true);
const { run } = await import('../dist/cli.js');
await run(process.argv);
