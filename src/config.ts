import { z } from 'zod';
import { AppError } from './errors.ts';
import { createAddressGuard } from './fetch/address-guard.ts';
import { logLevels } from './log.ts';

const seconds = (least: number, most: number, preset: number) =>
  z.coerce.number().int().min(least).max(most).default(preset);

/** The environment, one line a setting; README.md has the same table. */
const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  SITE_NAME: z.string().min(1).max(100).default('Wireroom'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
    .optional(),
  DATA_DIR: z.string().min(1).optional(),
  POSTGRES_ACCOUNT: z.string().min(1).optional(),
  STARTER: z.enum(['on', 'off']).default('on'),
  USER_AGENT: z
    .string()
    .regex(/^[\x20-\x7e]{1,300}$/, 'must be plain letters, 300 at most')
    .optional(),
  ALLOW_ADDRESSES: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  FETCH_CONCURRENCY: z.coerce.number().int().min(1).max(500).default(50),
  FETCH_PER_HOST: z.coerce.number().int().min(1).max(50).default(2),
  REFRESH_SECONDS: seconds(60, 86_400, 1_800),
  KEEP_DAYS: z.coerce.number().int().min(1).max(36_500).default(180),
  LOG_LEVEL: z.enum(logLevels).default('info'),
});

export type Config = z.output<typeof schema>;

/**
 * Reads the settings. An empty variable counts as missing.
 * Throws AppError `bad-config` naming every setting that is wrong and why.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return checkAddresses(result.data);
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('bad-config', `These settings in the environment are wrong:\n${lines.join('\n')}`);
}

/** What only the fetcher can judge is judged at the start, too, not when the first source is due. */
function checkAddresses(config: Config): Config {
  createAddressGuard(config.ALLOW_ADDRESSES);
  return config;
}
