import { readFileSync } from 'node:fs'
import path from 'node:path'
import { CLIENT_COUNTS, OLDER_CLIENT_COUNTS, UNSCORED_CLIENT_COUNTS } from './client-counts.ts'
import { NOT_RUN } from './not-run.ts'
import { AGGREGATED_COUNTS, REQUIRED_COUNTS, UNSCORED_COUNTS } from './required-counts.ts'
import { SKILL_CLIENT_COUNTS, SKILL_COUNTS } from './skill-counts.ts'
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
    'The skills extension (SEP-2640), the same directly, through both endpoints and in front of servers of either era:',
    '',
    ...REVISIONS.map((revision) => `- ${revision}: ${summary(SKILL_COUNTS[revision])}`),
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
    row('2025-03-26', summary(OLDER_CLIENT_COUNTS).replace('checks', 'kinds of checks')),
    row('skills, in both revisions', summary(SKILL_CLIENT_COUNTS)),
    '',
    'To verify a skill is its host’s duty, so what plays the `sep-2640-client-verify` scenarios is a host that reads through the gateway and verifies; that it gets every byte that it needs for that is asserted for each file of the fixture’s skills, in each cell of client era, server era and endpoint.',
    '',
    '## Not run',
    '',
    row('scenario', 'why'),
    row('---', '---'),
    ...Object.entries(NOT_RUN).map(([name, reason]) => row(`\`${name}\``, reason)),
    '',
    '## Scenario by scenario',
    '',
    ...REVISIONS.flatMap((revision) => [
      `### ${revision}`,
      '',
      row('scenario', 'side', 'passed'),
      row('---', '---', '--:'),
      ...rows('server', {
        ...REQUIRED_COUNTS[revision],
        ...UNSCORED_COUNTS[revision],
        ...SKILL_COUNTS[revision],
      }),
      ...rows('client', {
        ...CLIENT_COUNTS[revision],
        ...UNSCORED_CLIENT_COUNTS,
        ...SKILL_CLIENT_COUNTS,
      }),
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
