import { expect, test } from 'vitest'
import { labelOf } from './account-label.ts'
import { formatMs } from './duration.ts'
import { explain } from './explain.ts'
import { OrchestraProblem } from '@mcp-orchestra/sdk'
import { tableLines } from './output.ts'
import { createStyle } from './style.ts'

const plain = createStyle(false)

test('a table has columns as wide as their widest cell, with numbers to the right', () => {
  const rows = [
    ['everything', '0.001 USD', 'a'],
    ['x', 'free', ''],
    ['y', '12 USD', 'b'],
  ]
  expect(tableLines(['ALIAS', 'PRICE', 'NOTE'], rows, plain)).toEqual([
    'ALIAS           PRICE  NOTE',
    'everything  0.001 USD  a',
    'x                free',
    'y              12 USD  b',
  ])
})

test('an empty table is its head', () => {
  expect(tableLines(['A', 'B'], [], plain)).toEqual(['A  B'])
})

test('a refusal is explained with its code, particulars, advice and request', () => {
  const problem = new OrchestraProblem({
    code: 'charge.insufficient_funds',
    status: 402,
    title: 'Not enough money.',
    detail: 'echo costs 0.001 USD',
    retryable: false,
    rpcCode: 402_001,
    instance: 'req_1',
    members: { available: { amount: '0', asset: 'USD' }, nested: { a: 1 } },
  })
  expect(explain(problem, { style: plain, isJson: false })).toEqual([
    '✗ Not enough money. (charge.insufficient_funds, 402001)',
    '  echo costs 0.001 USD',
    '  available: 0 USD',
    '  "orchestra balance" shows what is there; an operator adds money with "orchestra top-up".',
    '  request req_1',
  ])
  const [document = ''] = explain(problem, { style: plain, isJson: true })
  expect(JSON.parse(document)).toMatchObject({ code: problem.code, status: 402, rpcCode: 402_001 })
})

test('accounts are named for people', () => {
  const names = new Map([['org_1', 'Story payer']])
  expect(labelOf('org:org_1:leased:inc_9', names)).toBe('Story payer, leased')
  expect(labelOf('publisher:org_2:accrued', names)).toBe('org_2, accrued')
  expect(labelOf('platform:top_ups', names)).toBe('platform, top ups')
  expect(labelOf('receivable:publisher:org_1', names)).toBe('Story payer, owes')
  expect(labelOf('platform:quotes:USDC', names)).toBe('platform, quotes USDC')
  expect(labelOf('tax:DE:payable', names)).toBe('tax, DE payable')
  expect(labelOf('loss:in_flight', names)).toBe('loss, in flight')
})

test('durations are short', () => {
  expect([0.04, 56.25, 157.4, 1_240].map(formatMs)).toEqual([
    '0.0 ms',
    '56.3 ms',
    '157 ms',
    '1.2 s',
  ])
})
