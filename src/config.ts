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
  TRUST_PROXY: z.enum(['on', 'off'], 'is on or off').default('off'),
  HUB: z.enum(['on', 'off'], 'is on or off').default('on'),
  HUB_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be the address of a WebSub hub, such as https://hub.example.org/',
    })
    .optional(),
  OIDC_ISSUER: z
    .url({
      protocol: /^https?$/,
      error: 'must be the address of an OpenID provider, such as https://login.example.org',
    })
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(60, 'must be 60 characters at most').default('OpenID'),
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
  if (result.success) return checkTogether(result.data);
  const lines = result.error.issues.map(
    (issue) => `  ${issue.path.join('.')} ${issue.message}, not "${given[issue.path.join('.')]}"`,
  );
  throw new AppError('bad-config', `These settings in the environment are wrong:\n${lines.join('\n')}`);
}

/** What only the fetcher can judge, and what belongs together, is judged at the start and not when it is first used. */
function checkTogether(config: Config): Config {
  createAddressGuard(config.ALLOW_ADDRESSES);
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: id, OIDC_CLIENT_SECRET: secret } = config;
  if ([issuer, id, secret].some(Boolean) && ![issuer, id, secret].every(Boolean)) {
    throw new AppError(
      'bad-config',
      'OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all three or none.',
    );
  }
  if (issuer?.startsWith('http:') && !/^(localhost|127\.|\[::1\])/.test(new URL(issuer).hostname)) {
    throw new AppError('bad-config', `OIDC_ISSUER must begin with https://, not "${issuer}".`);
  }
  return config;
}
