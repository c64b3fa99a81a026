// Bundles src, jobs and db into dist/ with esbuild: takes well under a second, so a fresh clone and a changed tree
// are both ready before the first request. Run by `npm ci` (prepare) and, when the sources are newer, by the launcher.
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const projectDir = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(projectDir, 'dist');
const stamp = path.join(dist, '.built');

/** Whether dist/ is missing or older than any source file. */
export function isStale() {
  try {
    const builtAt = statSync(stamp).mtimeMs;
    return ['src', 'jobs', 'db', 'package.json'].some(
      (name) => newestIn(path.join(projectDir, name)) > builtAt,
    );
  } catch {
    return true;
  }
}

function newestIn(place) {
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(...readdirSync(place).map((name) => newestIn(path.join(place, name))), 0);
}

/**
 * A script for browsers, with the packages that it imports: what an import of `….ts?bundle` gives as its text. Minified,
 * for it is fetched; nothing of it is made at run time.
 */
export async function bundleScript(file) {
  const { build: bundle } = await import('esbuild');
  const { outputFiles } = await bundle({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: ['es2022', 'safari16.4'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** For esbuild: gives the text of such a script to those who import it. */
export const bundledScripts = {
  name: 'bundled-scripts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.ts\?bundle$/ }, ({ path: given, resolveDir }) => ({
      path: path.resolve(resolveDir, given.slice(0, -'?bundle'.length)),
      namespace: 'bundled-script',
    }));
    onLoad({ filter: /./, namespace: 'bundled-script' }, async ({ path: file }) => ({
      contents: await bundleScript(file),
      loader: 'text',
    }));
  },
};

export async function build() {
  const { build: bundle } = await import('esbuild');
  rmSync(dist, { recursive: true, force: true });
  await bundle({
    absWorkingDir: projectDir,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // The packages too: one file loads in a third of the time that a thousand take.
    external: ['pg-native', '@node-rs/argon2'],
    banner: {
      js: "import { createRequire as toRequire } from 'node:module';const require = toRequire(import.meta.url);",
    },
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    loader: { '.css': 'text', '.svg': 'text', '.js': 'js' },
    plugins: [bundledScripts],
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
  writeFileSync(stamp, '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
