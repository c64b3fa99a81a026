/** The direction of imports, as README.md draws it: model ← text ← stages ← newsroom ← {http, jobs} ← {main, cli}. */
const stages = ['fetch', 'feed', 'normalise', 'dedupe', 'match', 'websub'];
const shared = '^src/(model/|errors\\.ts)';
/** Words, their stems and how common they are: what stages that read text share. */
const text = '^src/text/';

const stageRules = stages.map((stage) => ({
  name: `${stage}-knows-only-model`,
  comment: 'A stage knows the nouns, words and itself: no other stage, no database, no newsroom.',
  severity: 'error',
  from: { path: `^src/${stage}/` },
  to: { path: '^(src|db|jobs)/', pathNot: [`^src/${stage}/`, shared, text] },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'model-imports-nothing',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { pathNot: '^src/model/' },
    },
    {
      name: 'text-knows-nothing',
      severity: 'error',
      from: { path: '^src/text/' },
      to: { path: '^(src|db|jobs)/', pathNot: '^src/text/' },
    },
    ...stageRules,
    {
      name: 'db-knows-only-model',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^(src|jobs)/', pathNot: [shared] },
    },
    {
      name: 'newsroom-knows-stages-and-db',
      severity: 'error',
      from: { path: '^src/newsroom/' },
      to: { path: '^(src/(http|cli|main|config|log)|jobs/)' },
    },
    {
      name: 'http-knows-newsroom-model-feed-db',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^(src|jobs)/', pathNot: ['^src/(http|newsroom|feed)/', shared] },
    },
    {
      name: 'jobs-know-newsroom-model-db',
      severity: 'error',
      from: { path: '^jobs/' },
      to: { path: '^src/', pathNot: ['^src/newsroom/', '^src/log\\.ts', shared] },
    },
    {
      name: 'nobody-imports-the-roots',
      comment: 'main and cli put everything together; nothing below knows them or the configuration.',
      severity: 'error',
      from: { path: '^(src|db|jobs)/', pathNot: '^src/(main|cli|config)' },
      to: { path: '^src/(main|cli|config)' },
    },
    {
      name: 'sql-only-in-db',
      severity: 'error',
      from: { pathNot: '^(db|tests)/' },
      to: { path: '^node_modules/(kysely|pg)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sockets-only-in-fetch-and-http',
      severity: 'error',
      from: { path: '^(src|jobs)/', pathNot: '^src/(fetch|http)/|^src/main\\.ts' },
      to: {
        path: '^(node_modules/(undici|hono|@hono)/|(node:)?(net|http|https|http2|tls|dgram)$)',
        pathNot: 'hono/jsx',
      },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^(src|db|jobs)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-does-not-know-tests',
      severity: 'error',
      from: { path: '^(src|db|jobs)/' },
      to: { path: '^tests/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
