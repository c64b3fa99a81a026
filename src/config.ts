import { z } from 'zod';
import { AppError } from './errors.ts';
import { createAddressGuard } from './fetch/address-guard.ts';
import { logLevels } from './log.ts';
import { parseUrl } from './model/parse-url.ts';

const whole = (least: number, most: number, preset: number) =>
  z.coerce
    .number(`must be a whole number from ${least} to ${most}`)
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be a whole number from ${least} to ${most}`)
    .max(most, `must be a whole number from ${least} to ${most}`)
    .default(preset);

/** The environment, one line a setting; README.md has the same table. */
const schema = z.object({
  HOST: z
    .string()
    .refine((host) => isHost(host), 'must be an address or a name of this machine, such as 0.0.0.0')
    .default('127.0.0.1'),
  PORT: whole(0, 65_535, 8080),
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must begin with https:// or http://, such as https://news.example.org',
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  SITE_NAME: z.string().min(1).max(100, 'must be 100 characters at most').default('Wireroom'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
    .optional(),
  DATA_DIR: z.string().min(1).optional(),
  POSTGRES_ACCOUNT: z.string().min(1).optional(),
  STARTER: z.enum(['on', 'off'], 'is on or off').default('on'),
  USER_AGENT: z
    .string()
    .regex(/^[\x20-\x7e]{1,300}$/, 'must be plain letters, 300 at most')
    .optional(),
  ALLOW_ADDRESSES: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  FETCH_CONCURRENCY: whole(1, 500, 50),
  FETCH_PER_HOST: whole(1, 50, 2),
  REFRESH_SECONDS: whole(60, 86_400, 1_800),
  GROUP_HOURS: whole(1, 720, 72),
  KEEP_DAYS: whole(1, 36_500, 180),
  LOG_LEVEL: z.enum(logLevels, `is one of ${logLevels.join(', ')}`).default('info'),
});

function isHost(host: string): boolean {
  return (
    parseUrl(`http://${host.includes(':') ? `[${host}]` : host}/`) !== undefined && !/[/?#@\s]/.test(host)
  );
}

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
  const lines = result.error.issues.map(
    (issue) => `  ${issue.path.join('.')} ${issue.message}, not "${given[issue.path.join('.')]}"`,
  );
  throw new AppError('bad-config', `These settings in the environment are wrong:\n${lines.join('\n')}`);
}

/** What only the fetcher can judge is judged at the start, too, not when the first source is due. */
function checkAddresses(config: Config): Config {
  createAddressGuard(config.ALLOW_ADDRESSES);
  return config;
}
