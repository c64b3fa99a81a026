import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vitest/config';

/** Style sheets are imported as text, as the build's loader does it. */
export function textCss(): Plugin {
  return {
    name: 'text-css',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!id.endsWith('.css') || !importer) return null;
      return `\0${path.resolve(path.dirname(importer), id)}.text`;
    },
    load(id) {
      if (!id.startsWith('\0') || !id.endsWith('.css.text')) return null;
      return `export default ${JSON.stringify(readFileSync(id.slice(1, -'.text'.length), 'utf8'))}`;
    },
  };
}
