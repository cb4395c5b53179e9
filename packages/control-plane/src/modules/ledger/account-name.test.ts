import { createIds, systemClock } from '@mcp-orchestra/kernel'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountNames, isAccountName, parseAccountName, rulesOf } from './account-name.ts'

const ids = createIds(systemClock)
const org = ids.make('org')
const inc = ids.make('inc')

test('every name that can be made can be read', () => {
  expect(parseAccountName(accountNames.available(org))).toEqual({
    role: 'available',
    organizationId: org,
  })
  expect(parseAccountName(accountNames.leased(org, inc))).toEqual({
    role: 'leased',
    organizationId: org,
    incarnationId: inc,
  })
  expect(parseAccountName(accountNames.accrued(org))?.role).toBe('accrued')
  expect(parseAccountName(accountNames.payable(org))?.role).toBe('payable')
  expect(parseAccountName(accountNames.platform('loss'))).toEqual({
    role: 'platform',
    account: 'loss',
  })
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

test('nobody’s money can go below zero but the platform’s', () => {
  for (const name of [
    accountNames.available(org),
    accountNames.leased(org, inc),
    accountNames.accrued(org),
    accountNames.payable(org),
  ]) {
    expect(rulesOf(name)).toEqual({ debitLimited: true, shards: 1 })
  }
  expect(rulesOf(accountNames.platform('top_ups'))).toEqual({ debitLimited: false, shards: 1 })
  expect(rulesOf(accountNames.platform('fees')).shards).toBeGreaterThan(1)
})
