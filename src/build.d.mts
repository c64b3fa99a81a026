import type { Plugin } from 'esbuild';

export function isStale(): boolean;
export function bundleScript(file: string): Promise<string>;
export const bundledScripts: Plugin;
export function build(): Promise<void>;
