import { createIds, systemClock } from '@mcp-orchestra/kernel'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  accountNames,
  isAccountName,
  ownerOf,
  parseAccountName,
  rulesOf,
  type AccountName,
} from './account-name.ts'
import type { AccountForm } from './chart.ts'

const ids = createIds(systemClock)
const org = ids.make('org')
const inc = ids.make('inc')

/** One name of each form. */
const ONE_OF_EACH = {
  'org:<org>:available': accountNames.available(org),
  'org:<org>:leased:<inc>': accountNames.leased(org, inc),
  'org:<org>:credit': accountNames.credit(org),
  'publisher:<org>:accrued': accountNames.accrued(org),
  'publisher:<org>:payable': accountNames.payable(org),
  'publisher:<org>:reserve': accountNames.reserve(org),
  'receivable:publisher:<org>': accountNames.owedByPublisher(org),
  'receivable:org:<org>': accountNames.owedByPayer(org),
  'platform:fees': accountNames.platform('fees'),
  'platform:connection_fees': accountNames.platform('connection_fees'),
  'platform:storage_fees': accountNames.platform('storage_fees'),
  'platform:top_ups': accountNames.platform('top_ups'),
  'platform:suspense': accountNames.platform('suspense'),
  'platform:loss': accountNames.platform('loss'),
  'platform:quotes:<asset>': accountNames.quotes('USDC'),
  'rail:<rail>:clearing': accountNames.clearing('x402-base'),
  'tax:<jurisdiction>:payable': accountNames.tax('US-CA'),
  'loss:<bearer>': accountNames.loss('in_flight'),
} as const satisfies Readonly<Record<AccountForm, AccountName>>

const names = Object.entries(ONE_OF_EACH).map(([form, name]) => ({ form, name }))

test.each(names)('$form: a name that is made is read again, with its owner', ({ form, name }) => {
  const parts = parseAccountName(name)
  expect(parts?.form).toBe(form)
  expect(ownerOf(name)).toBe(form.includes('<org>') ? org : undefined)
  if (form.includes('<inc>')) expect(parts?.parts.inc).toBe(inc)
})

test('no name is made of parts that could be something else', () => {
  expect(() => accountNames.quotes('a:b')).toThrow(RangeError)
  expect(() => accountNames.clearing('Bank')).toThrow(RangeError)
  expect(() => accountNames.tax('Germany')).toThrow(RangeError)
  expect(() => accountNames.loss('')).toThrow(RangeError)
})

test.each([
  '',
  'org:available',
  `org:${org}`,
  `org:${org}:accrued`,
  `org:${org}:available:${inc}`,
  `org:${org}:leased`,
  `org:${org}:leased:${org}`,
  `publisher:${org}:available`,
  `publisher:${inc}:accrued`,
  'platform:',
  'platform:toString',
  'platform:fees:x',
  'platform:quotes',
  'platform:quotes:',
  'platform:quotes:a b',
  'rail:x:other',
  'tax:de:payable',
  `receivable:${org}`,
  `loss:${org}`,
  `org:${org}:available\n`,
])('%j is no account', (text) => {
  expect(isAccountName(text)).toBe(false)
})

test('whatever a stranger sends is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect([true, false]).toContain(isAccountName(text))
    }),
  )
})

test('nobody’s money is ever below zero, nor what anybody owes; only what nobody limits is sharded', () => {
  for (const { name } of names) {
    const { debitLimited, creditLimited, shards } = rulesOf(name)
    const isOwed = name.startsWith('receivable:')
    expect(debitLimited).toBe(ownerOf(name) !== undefined && !isOwed)
    expect(creditLimited).toBe(isOwed)
    if (debitLimited || creditLimited) expect(shards).toBe(1)
  }
  expect(rulesOf(accountNames.platform('top_ups')).shards).toBe(1)
  expect(rulesOf(accountNames.platform('fees')).shards).toBeGreaterThan(1)
})
