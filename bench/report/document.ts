import { boundsTable } from './bounds-table.ts'
import { factsOf } from './facts.ts'
import {
  largeTable,
  ledgerFacts,
  ledgerTable,
  moneyTables,
  startTable,
  streamsTable,
  sumsFacts,
} from './other-tables.ts'
import { pathTables } from './path-tables.ts'
import { boundsOf, type Report } from './report.ts'
import { markdownTable, plainTable, type Table } from './table.ts'

/** A document made of facts and tables, written for a terminal or for a page. */
export type Document = {
  readonly title: string
  readonly facts: readonly string[]
  readonly tables: readonly Table[]
  /** Subjects that are not installed. */
  readonly missing: readonly string[]
}

/** What a call costs. */
export function gatewayDocument(report: Report): Document {
  const { path, streams, large, start } = report
  return {
    title: 'A call through the gateway',
    facts: [...factsOf(report), ...report.failures],
    missing: path?.missing ?? [],
    tables: [
      boundsTable(boundsOf(report)),
      ...(path === undefined ? [] : pathTables(path)),
      ...(streams === undefined ? [] : [streamsTable(streams)]),
      ...(large === undefined ? [] : [largeTable(large)]),
      ...(start === undefined ? [] : [startTable(start)]),
    ],
  }
}

/** What large results and idle streams cost in memory; undefined when neither was measured. */
export function memoryDocument(report: Report): Document | undefined {
  const { streams, large } = report
  if (streams === undefined && large === undefined) return undefined
  const part = { ...report, path: undefined, start: undefined }
  return {
    title: 'Memory: large results and idle streams',
    facts: [...factsOf(part), ...report.failures],
    missing: [],
    tables: [
      boundsTable(boundsOf(part)),
      ...(streams === undefined ? [] : [streamsTable(streams)]),
      ...(large === undefined ? [] : [largeTable(large)]),
    ],
  }
}

/** What posting an event costs; undefined when it was not measured. */
export function moneyDocument(report: Report): Document | undefined {
  const { money } = report
  if (money === undefined) return undefined
  return {
    title: 'The money path: usage events posted',
    facts: [...factsOf({ ...report, path: undefined }), ...sumsFacts(money)],
    missing: money.missing,
    tables: moneyTables(money),
  }
}

/** What a large ledger answers; undefined when it was not measured. */
export function ledgerDocument(report: Report): Document | undefined {
  const { ledger } = report
  if (ledger === undefined) return undefined
  return {
    title: 'A ledger of ten million postings',
    facts: [...factsOf({ ...report, path: undefined }), ...ledgerFacts(ledger)],
    missing: [],
    tables: [boundsTable(ledger.bounds), ledgerTable(ledger)],
  }
}

/** For a terminal. */
export function plainDocument({ title, facts, tables, missing }: Document): string {
  return [title, facts.join('\n'), ...tables.map(plainTable), ...missing].join('\n\n')
}

/** For a page in docs/benchmarks. */
export function markdownDocument({ title, facts, tables, missing }: Document): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')
  const parts = [
    `# ${title}`,
    'Written by `npm run bench`; how it is measured and repeated: [README](README.md).',
    list(facts),
    ...tables.map(markdownTable),
    ...(missing.length > 0 ? ['## Not measured', list(missing)] : []),
  ]
  return `${parts.join('\n\n')}\n`
}
