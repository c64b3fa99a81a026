import { measureChanging, serveChanging } from './serving/changing.ts';
import { makePublication } from './serving/documents.ts';
import { hasProgram, measureRate, pin, type Rate } from './serving/load.ts';
import {
  type BenchServer,
  type ServerName,
  serveInChild,
  startNginx,
  startServer,
} from './serving/servers.ts';
import { printTable, toMedian } from './support/table.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);

/** What is asked for, and what it should come to in comparison with nginx. */
const cases: { name: string; headers: Record<string, string>; isConditional?: boolean; target: number }[] = [
  { name: '200 identity', headers: { 'accept-encoding': 'identity' }, target: 0.55 },
  { name: '200 gzip', headers: { 'accept-encoding': 'gzip' }, target: 0.55 },
  { name: '304', headers: { 'accept-encoding': 'gzip' }, isConditional: true, target: 0.6 },
];

/**
 * A 50-item topic served by the product's app, next to nginx that has the same bytes in a file and to a bare node:http
 * server, each in a process of its own, in turn, in the same run, on one core; `uncounted` is the product without
 * statistics of readers. The document comes from memory, as it does after the first read. Then 500 topics that change.
 */
export async function run(): Promise<void> {
  const inChild = process.env.BENCH_SERVER;
  if (inChild === 'changing') return serveChanging();
  if (inChild) return serveInChild(inChild as Exclude<ServerName, 'nginx'>);
  hasProgram('taskset', 'servers and load share all cores.');
  const hasWrk = hasProgram(
    'wrk',
    'autocannon asks, which is slower than nginx answers; ratios are too good.',
  );
  const hasNginx = hasProgram('nginx', 'SKIPPED: no comparison with it.');
  pin(process.pid, 0);
  const servers: BenchServer[] = [];
  try {
    for (const name of ['ours', 'uncounted', 'bare'] as const)
      servers.push(await startServer(name, import.meta.url));
    if (hasNginx) servers.push(await startNginx());
    await compare(servers, hasWrk);
  } finally {
    for (const server of servers) server.stop();
  }
  await measureChanging(import.meta.url, seconds * rounds);
}

async function compare(servers: BenchServer[], hasWrk: boolean): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const { name, headers, isConditional, target } of cases) {
    const rates = new Map<ServerName, Rate[]>(servers.map((server) => [server.name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const { name: server, url, pids } of servers) {
        const all = isConditional ? { ...headers, 'if-none-match': await readTag(url, headers) } : headers;
        const request = { url, headers: all, seconds, expects: isConditional ? 304 : 200 };
        rates.get(server)?.push(await measureRate(request, pids, hasWrk));
      }
    }
    const [cells, byCpu] = toCells(rates);
    rows.push([name, ...cells, target, byCpu]);
  }
  const kilobytes = (makePublication().body.length / 1000).toFixed(0);
  console.log(
    `A document of ${kilobytes} kB, 32 connections, ${rounds} rounds of ${seconds} s, medians; ratios of the same round, by clock and by the servers' processor time`,
  );
  printTable(
    [
      'answer',
      'Wireroom req/s',
      'node:http',
      'nginx',
      'of uncounted (cpu)',
      'of node:http',
      'of nginx',
      'aim',
      'of nginx (cpu)',
    ],
    rows,
  );
}

/** Rates and ratios by the clock, and the ratio to nginx by processor time. */
function toCells(rates: ReadonlyMap<ServerName, Rate[]>): [cells: string[], byCpu: string] {
  const rate = (name: ServerName) => {
    const all = rates.get(name);
    return all ? toMedian(all.map((one) => one.perSecond)).toFixed(0) : 'skipped';
  };
  const ratio = (name: ServerName, by: keyof Rate) => {
    const others = rates.get(name);
    if (!others) return 'skipped';
    return toMedian((rates.get('ours') ?? []).map((one, n) => one[by] / (others[n]?.[by] ?? 1))).toFixed(2);
  };
  const cells = [
    rate('ours'),
    rate('bare'),
    rate('nginx'),
    ratio('uncounted', 'perCpuSecond'),
    ratio('bare', 'perSecond'),
    ratio('nginx', 'perSecond'),
  ];
  return [cells, ratio('nginx', 'perCpuSecond')];
}

/** nginx makes its own tags. */
async function readTag(url: string, headers: Record<string, string>): Promise<string> {
  const answer = await fetch(url, { headers });
  await answer.arrayBuffer();
  return answer.headers.get('etag') ?? '';
}
