import type { Cells } from '../recompute/cells.ts'
import type { Call, SeededMonth } from './month.ts'
import { recordsOf } from './read-month.ts'

type Value = string | number | bigint | boolean | undefined

/** A table of text, comma-separated (RFC 4180): what a person opens in a spreadsheet. */
export function csvOf(rows: readonly (readonly Value[])[]): string {
  return rows.map((row) => `${row.map(fieldOf).join(',')}\r\n`).join('')
}

/** The files of a month by their names: what happened, by which prices and agreements, and every result. */
export function filesOf(month: SeededMonth, cells: Cells): ReadonlyMap<string, string> {
  return new Map([
    ['calls.csv', csvOf([CALL_COLUMNS, ...callsInOrder(month).map(callRow)])],
    ['prices.csv', csvOf([PRICE_COLUMNS, ...priceRows(month)])],
    ['agreements.csv', csvOf([AGREEMENT_COLUMNS, ...agreementRows(month)])],
    ['listings.csv', csvOf([LISTING_COLUMNS, ...listingRows(month)])],
    ['happenings.csv', csvOf([HAPPENING_COLUMNS, ...happeningRows(month)])],
    ['results.csv', csvOf([['cell', 'value'], ...cells])],
  ])
}

const CALL_COLUMNS = [
  'number',
  'gateway',
  'at',
  'payer',
  'server',
  'tool',
  'outcome',
  'input tokens',
  'output tokens',
  'bid',
  'purchase',
]
const PRICE_COLUMNS = ['name', 'server', 'tool', 'starts', 'per call', 'components', 'maximum']
const AGREEMENT_COLUMNS = ['name', 'server', 'starts', 'parties']
const LISTING_COLUMNS = ['server', 'publisher', 'charges tool errors']
const HAPPENING_COLUMNS = ['what', 'gateway', 'from', 'to', 'call', 'part', 'month', 'at']

/** In the order in which they are posted; a copy of a record stands there again. */
function callsInOrder(month: SeededMonth): Call[] {
  return month.happenings
    .flatMap((one) => (one.kind === 'batch' ? recordsOf(month, one) : []))
    .flatMap((number) => month.calls[number] ?? [])
}

function callRow(call: Call): Value[] {
  const { number, gateway, at, payer, server, tool, outcome, tokens, bid, purchase } = call
  const used = [tokens?.input, tokens?.output]
  return [number, gateway, timeOf(at), payer, server, tool, outcome, ...used, bid, purchase]
}

function priceRows({ prices }: SeededMonth): Value[][] {
  return prices.map(({ name, server, tool, startsAt, perCall, components, maximum }) => [
    name,
    server,
    tool,
    timeOf(startsAt),
    perCall,
    textOf(components),
    maximum,
  ])
}

function agreementRows({ agreements }: SeededMonth): Value[][] {
  return agreements.map(({ name, server, startsAt, parties }) => [
    name,
    server,
    timeOf(startsAt),
    parties.map(({ role, who, bps }) => `${role} ${who} ${bps}`).join('; '),
  ])
}

function listingRows({ listings }: SeededMonth): Value[][] {
  return listings.map(({ name, publisher, chargesToolErrors }) => [
    name,
    publisher,
    chargesToolErrors,
  ])
}

function happeningRows({ happenings }: SeededMonth): Value[][] {
  return happenings.map((one) => {
    const all = { gateway: '', from: '', to: '', call: '', part: '', month: '', ...one }
    const at = one.kind === 'invoices' ? timeOf(one.at) : ''
    return [one.kind, all.gateway, all.from, all.to, all.call, all.part, all.month, at]
  })
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}` : part))
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}

function fieldOf(value: Value): string {
  const text = String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
