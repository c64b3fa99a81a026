import path from 'node:path';
import type { Plugin } from 'vitest/config';
import { bundleScript } from '../../src/build.mjs';

const suffix = '.ts?bundle';

/** Scripts for browsers are imported as their bundled text, as the build's plugin does it. */
export function bundledScripts(): Plugin {
  return {
    name: 'bundled-scripts',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!id.endsWith(suffix) || !importer) return null;
      const file = path.resolve(path.dirname(importer), id.slice(0, -'?bundle'.length));
      return `\0${file}.bundled`;
    },
    async load(id) {
      if (!id.startsWith('\0') || !id.endsWith('.ts.bundled')) return null;
      return `export default ${JSON.stringify(await bundleScript(id.slice(1, -'.bundled'.length)))}`;
    },
  };
}
