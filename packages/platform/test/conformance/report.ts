import { readFileSync } from 'node:fs'
import path from 'node:path'
import { CLIENT_COUNTS, UNSCORED_CLIENT_COUNTS } from './client-counts.ts'
import { AGGREGATED_COUNTS, REQUIRED_COUNTS, UNSCORED_COUNTS } from './required-counts.ts'
import { TRANSLATED } from './translation-exceptions.ts'

const REVISIONS = ['2025-11-25', '2026-07-28'] as const
const ROOT = path.resolve(import.meta.dirname, '../../../..')

type Counts = Readonly<Record<string, number>>

const totalOf = (counts: Counts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
const summary = (counts: Counts): string =>
  `${Object.keys(counts).length} of ${Object.keys(counts).length} scenarios, ${totalOf(counts)} checks`

/** The report on conformance: the very numbers that the runs of the official suite are compared with. */
export function renderReport(): string {
  return [
    '# Conformance',
    '',
    `Measured with the official suite, \`@modelcontextprotocol/conformance\` ${suiteVersion()}, in \`npm test\`: a run whose numbers are not exactly these fails. The list of expected failures is empty. Written by \`vitest run packages/platform/test/conformance/report.test.ts -u\`.`,
    '',
    '## As a server',
    '',
    'The required sets, against the fixture server directly, through its transparent endpoint (`/s/<server>/mcp`), and through the aggregated endpoint (`/mcp`, nothing collides).',
    '',
    row('set', 'direct', 'transparent', 'aggregated'),
    row('---', '---', '---', '---'),
    ...REVISIONS.map((revision) => {
      const required: Counts = REQUIRED_COUNTS[revision]
      const aggregated: Counts = { ...required, ...AGGREGATED_COUNTS[revision] }
      return row(revision, summary(required), summary(required), summary(aggregated))
    }),
    '',
    'Beside the required sets the suite runs scenarios that it does not score; they pass as well, the tasks extension among them:',
    '',
    ...REVISIONS.map((revision) => `- ${revision}: ${summary(UNSCORED_COUNTS[revision])}`),
    '',
    '## Translated',
    '',
    'The same sets in front of a server that knows only the other era, through both endpoints. Every scenario passes as in front of its own era, but for these:',
    '',
    ...REVISIONS.flatMap((revision) => renderExceptions(revision)),
    '## As a client',
    '',
    'The required client sets, played by what the gateway sends to the suite’s servers; authorization by the OAuth client of the control plane. A kind is a check that differs from the others of its scenario.',
    '',
    row('set', 'result'),
    row('---', '---'),
    ...REVISIONS.map((revision) =>
      row(revision, summary(CLIENT_COUNTS[revision]).replace('checks', 'kinds of checks')),
    ),
    row('beside them', summary(UNSCORED_CLIENT_COUNTS).replace('checks', 'kinds of checks')),
    '',
    'Not spoken: the drafts of DPoP (`auth/dpop`, `auth/dpop-nonce`) and workload identity (`auth/wif-jwt-bearer`), which no set requires.',
    '',
    '## Scenario by scenario',
    '',
    ...REVISIONS.flatMap((revision) => [
      `### ${revision}`,
      '',
      row('scenario', 'side', 'passed'),
      row('---', '---', '--:'),
      ...rows('server', { ...REQUIRED_COUNTS[revision], ...UNSCORED_COUNTS[revision] }),
      ...rows('client', { ...CLIENT_COUNTS[revision], ...UNSCORED_CLIENT_COUNTS }),
      '',
    ]),
  ].join('\n')
}

function renderExceptions(revision: (typeof REVISIONS)[number]): string[] {
  const era = revision === '2026-07-28' ? 'legacy' : 'modern'
  return [
    `### ${revision} in front of a ${era} server`,
    '',
    row('scenario', 'passed', 'failed', 'why'),
    row('---', '--:', '--:', '---'),
    ...Object.entries(TRANSLATED[revision]).map(([name, { passed, failed, reason }]) =>
      row(`\`${name}\``, passed, failed, reason),
    ),
    '',
  ]
}

function rows(side: string, counts: Counts): string[] {
  return Object.entries(counts).map(([name, count]) => row(`\`${name}\``, side, count))
}

/** The exact version that is pinned. */
function suiteVersion(): string {
  const text = readFileSync(path.join(ROOT, 'package.json'), 'utf8')
  const { devDependencies } = JSON.parse(text) as { devDependencies: Record<string, string> }
  return devDependencies['@modelcontextprotocol/conformance'] ?? 'unknown'
}
