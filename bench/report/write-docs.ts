import { mkdirSync, writeFileSync } from 'node:fs'
import {
  gatewayDocument,
  ledgerDocument,
  markdownDocument,
  memoryDocument,
  moneyDocument,
} from './document.ts'
import type { Report } from './report.ts'

const FOLDER = new URL('../../docs/benchmarks/', import.meta.url)

/** Writes the pages of a run and its figures into docs/benchmarks, in the place of the last run's. */
export function writeDocs(report: Report): void {
  mkdirSync(FOLDER, { recursive: true })
  const { money, ledger, ...gateway } = report
  if (report.path !== undefined) {
    write('gateway.md', markdownDocument(gatewayDocument(report)))
    write('gateway.json', jsonOf(gateway))
  }
  const memory = memoryDocument(report)
  if (memory !== undefined) {
    const { runId, startedAt, commit, machine, business, streams, large } = report
    write('memory.md', markdownDocument(memory))
    write('memory.json', jsonOf({ runId, startedAt, commit, machine, business, streams, large }))
  }
  const { runId, startedAt, commit, machine, business } = report
  const books = ledgerDocument(report)
  if (books !== undefined) {
    write('ledger.md', markdownDocument(books))
    write('ledger.json', jsonOf({ runId, startedAt, commit, machine, business, ledger }))
  }
  const page = moneyDocument(report)
  if (page === undefined) return
  write('money-path.md', markdownDocument(page))
  write('money-path.json', jsonOf({ runId, startedAt, commit, machine, business, money }))
}

/** A report as JSON, for programs. */
export function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function write(name: string, text: string): void {
  writeFileSync(new URL(name, FOLDER), text)
}
