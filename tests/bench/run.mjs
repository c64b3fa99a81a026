// npm run bench [-- name…]: runs the benches of this folder one after the other, each printing its table.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { build as buildProduct, bundledScripts } from '../../src/build.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const all = readdirSync(here)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench called ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}

await buildProduct();
// Inside the project, so that packages are found from there.
const out = path.join(here, '..', '..', 'dist', 'bench');
mkdirSync(out, { recursive: true });
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n== ${name} ==`);
  await build({
    entryPoints: [path.join(here, `${name}.ts`)],
    outfile: path.join(out, `${name}.mjs`),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    loader: { '.css': 'text' },
    plugins: [bundledScripts],
    logLevel: 'warning',
  });
  const { run } = await import(pathToFileURL(path.join(out, `${name}.mjs`)).href);
  await run();
}
rmSync(out, { recursive: true, force: true });
