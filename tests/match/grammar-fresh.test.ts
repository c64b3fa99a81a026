import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'src/match');

it('the generated files are what rule-grammar.peggy generates (npm run grammar makes them anew)', () => {
  const output = mkdtempSync(join(tmpdir(), 'rule-grammar-'));
  try {
    const peggy = join(root, 'node_modules/peggy/bin/peggy.js');
    const source = join(folder, 'rule-grammar.peggy');
    const made = join(output, 'rule-grammar.js');
    execFileSync(process.execPath, [peggy, '-c', join(folder, 'rule-grammar.json'), '-o', made, source]);
    for (const name of ['rule-grammar.js', 'rule-grammar.d.ts']) {
      expect(readFileSync(join(folder, name), 'utf8'), name).toBe(readFileSync(join(output, name), 'utf8'));
    }
  } finally {
    rmSync(output, { recursive: true });
  }
});

it('the generated parser imports nothing', () => {
  expect(readFileSync(join(folder, 'rule-grammar.js'), 'utf8')).not.toMatch(
    /\bimport\b|\brequire\(|\bfrom\s+["']/,
  );
});
