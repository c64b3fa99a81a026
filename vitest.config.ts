import { defineConfig } from 'vitest/config';
import { bundledScripts } from './tests/support/bundled-scripts.ts';
import { textCss } from './tests/support/text-css.ts';

export default defineConfig({
  plugins: [textCss(), bundledScripts()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    setupFiles: ['tests/support/setup.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
