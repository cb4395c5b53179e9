import fc from 'fast-check'
import { expect, it } from 'vitest'
import { accountParts } from './account-name.ts'

it.each([
  ['org:org_a:available', { role: 'available', organizationId: 'org_a' }],
  ['org:org_a:leased:inc_b', { role: 'leased', organizationId: 'org_a', incarnationId: 'inc_b' }],
  ['publisher:org_a:accrued', { role: 'accrued', organizationId: 'org_a' }],
  ['publisher:org_a:payable', { role: 'payable', organizationId: 'org_a' }],
  ['platform:fees', { role: 'fees' }],
  ['platform:top_ups', { role: 'top_ups' }],
  ['platform:suspense', { role: 'suspense' }],
  ['platform:loss', { role: 'loss' }],
  ['org:org_a:credit', { role: 'credit', organizationId: 'org_a' }],
  ['publisher:org_a:reserve', { role: 'reserve', organizationId: 'org_a' }],
  ['receivable:publisher:org_a', { role: 'receivable', organizationId: 'org_a' }],
  ['platform:connection_fees', { role: 'connection_fees' }],
  ['platform:quotes:USDC', { role: 'quotes', of: 'USDC' }],
  ['rail:bank:clearing', { role: 'clearing', of: 'bank' }],
  ['tax:US-CA:payable', { role: 'tax', of: 'US-CA' }],
  ['loss:in_flight', { role: 'loss_of', of: 'in_flight' }],
])('%s says whose account it is and what for', (name, parts) => {
  expect(accountParts(name)).toEqual(parts)
})

it.each([
  '',
  'org',
  'org:org_a',
  'org:org_a:available:x',
  'org:org_a:leased',
  'org:org_a:leased:',
  'org:org_a:leased:inc_b:x',
  'publisher:org_a:available',
  'platform:else',
  'platform:fees:x',
  'platform:quotes',
  'rail:bank:else',
  'tax:DE',
])('%j is of no kind we know', (name) => {
  expect(accountParts(name)).toEqual({ role: 'unknown' })
})

it('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (name) => void accountParts(name)))
})
