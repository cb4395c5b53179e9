const { packages, modules } = require('./tools/import-rules.cjs')

const P = 'packages'
const C = 'packages/control-plane/src'
const M = `${C}/modules`
/** Tests may look at anything of their own package and at the doors of others; production code may not. */
const TESTS = '(\\.(test|test-d|contract|testing)\\.ts|/testing\\.ts)$|/testing/'

/** One wall per row of a table: `from` may import itself and what the row names. */
const walls = (root, table, kind) =>
  Object.entries(table).map(([from, to]) => ({
    name: `${kind}: ${from} may import ${to.join(', ') || 'nobody'}`,
    severity: 'error',
    from: { path: `^${root}/${from}/`, pathNot: [`^${root}/[^/]+/test/`, TESTS] },
    to: { path: `^${root}/`, pathNot: `^${root}/(${[from, ...to].join('|')})/` },
  }))

module.exports = {
  forbidden: [
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    ...walls(P, packages, 'packages'),
    ...walls(M, modules, 'modules'),
    {
      name: 'modules: only by the door',
      severity: 'error',
      from: { path: `^${M}/([^/]+)/` },
      to: { path: `^${M}/([^/]+)/`, pathNot: [`^${M}/$1/`, `^${M}/[^/]+/index\\.ts$`] },
    },
    {
      name: 'the domain knows no adapter, no transport, no engine',
      severity: 'error',
      from: { path: `^${M}/[^/]+/[^/]+\\.ts$`, pathNot: [TESTS, '/jobs\\.ts$', '/index\\.ts$'] },
      to: {
        path: [`^${M}/[^/]+/(adapters|http)/`, `^${C}/infra/`, '^node_modules/(pg|kysely|hono)/'],
      },
    },
    {
      name: 'adapters know no transport',
      severity: 'error',
      from: { path: `^${M}/[^/]+/adapters/`, pathNot: TESTS },
      to: { path: `^${M}/[^/]+/http/` },
    },
    {
      name: 'infra knows no module',
      severity: 'error',
      from: { path: `^${C}/infra/`, pathNot: TESTS },
      to: { path: `^${M}/` },
    },
    {
      name: 'nobody imports main but the door',
      severity: 'error',
      from: { path: `^${C}/`, pathNot: [`^${C}/main/`, `^${C}/index\\.ts$`, TESTS] },
      to: { path: `^${C}/main/` },
    },
    {
      name: 'the gateway knows no database',
      severity: 'error',
      from: { path: '^packages/gateway/' },
      to: { path: '^node_modules/(pg|kysely|better-auth|hono)/' },
    },
    {
      name: 'everything resolves',
      severity: 'error',
      from: {},
      // Modules that the build makes (the service worker's registration), and types of a package's sub-path.
      to: { couldNotResolve: true, pathNot: ['^virtual:', '^vite-plugin-pwa/'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'default'],
    },
  },
}
