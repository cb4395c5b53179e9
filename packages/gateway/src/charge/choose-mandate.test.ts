import type { MandateEntity } from '@mcp-orchestra/api/snapshot'
import { instant, Problem } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseMandate, refuseUnfit, type MandateNeed } from './choose-mandate.ts'

const NOW = instant(1_000)
const NEED: MandateNeed = { serverId: 'srv_a', tool: 'buy', named: undefined }

function mandate(id: string, change: Partial<MandateEntity> = {}): MandateEntity {
  return {
    id,
    organizationId: 'org_1',
    principal: { kind: 'agent', id: 'agt_1' },
    allow: [{ serverId: 'srv_a' }],
    expiresAtMs: 2_000,
    revoked: false,
    ...change,
  }
}

/** The mandate's id, `none`, or the code of the refusal. */
function chosen(mandates: readonly MandateEntity[], need: Partial<MandateNeed> = {}): string {
  try {
    return chooseMandate(mandates, { ...NEED, ...need }, NOW)?.id ?? 'none'
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}

test('a buyer without mandates buys without one, and cannot name one', () => {
  expect(chosen([])).toBe('none')
  expect(chosen([], { named: 'mdt_1' })).toBe('charge.mandate_unknown')
})

test('the only mandate that covers the call is the one, whatever others there are', () => {
  const others = [
    mandate('mdt_1', { revoked: true }),
    mandate('mdt_2', { expiresAtMs: 1_000 }),
    mandate('mdt_3', { allow: [{ serverId: 'srv_b' }] }),
    mandate('mdt_4', { allow: [{ serverId: 'srv_a', tools: ['sell'] }] }),
  ]
  expect(chosen([...others, mandate('mdt_5')])).toBe('mdt_5')
  expect(chosen([mandate('mdt_5', { allow: [{ serverId: '*', tools: ['buy'] }] })])).toBe('mdt_5')
})

test('of two that cover the call the caller names one', () => {
  const two = [mandate('mdt_1'), mandate('mdt_2')]
  expect(chosen(two)).toBe('charge.mandate_ambiguous')
  expect(chosen(two, { named: 'mdt_2' })).toBe('mdt_2')
  expect(chosen(two, { named: 'mdt_3' })).toBe('charge.mandate_unknown')
})

const UNFIT: readonly (readonly [code: string, change: Partial<MandateEntity>])[] = [
  ['charge.mandate_revoked', { revoked: true }],
  ['charge.mandate_expired', { expiresAtMs: 1_000 }],
  ['charge.mandate_out_of_scope', { allow: [{ serverId: 'srv_b' }] }],
]

test.each(UNFIT)(
  'whose mandate does not serve is refused with %s, named or not',
  (code, change) => {
    const unfit = mandate('mdt_1', change)
    expect(chosen([unfit])).toBe(code)
    expect(chosen([unfit], { named: 'mdt_1' })).toBe(code)
  },
)

test('of several that do not serve, the one that is in force is told of, else the newest', () => {
  const revoked = mandate('mdt_1', { revoked: true })
  const elsewhere = mandate('mdt_2', { allow: [{ serverId: 'srv_b' }] })
  const expired = mandate('mdt_3', { expiresAtMs: 1 })
  expect(chosen([revoked, elsewhere, expired])).toBe('charge.mandate_out_of_scope')
  expect(chosen([expired, revoked])).toBe('charge.mandate_expired')
})

test('whoever ever had a mandate never buys without one', () => {
  const any = fc.record({
    revoked: fc.boolean(),
    expiresAtMs: fc.constantFrom(1, 1_000, 1_001, 9_000),
    allow: fc.array(fc.record({ serverId: fc.constantFrom('*', 'srv_a', 'srv_b') }), {
      minLength: 1,
      maxLength: 2,
    }),
  })
  fc.assert(
    fc.property(
      fc.array(any, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(undefined, 'mdt_0', 'mdt_9'),
      (changes, named) => {
        const all = changes.map((change, index) => mandate(`mdt_${index}`, change))
        const id = chosen(all, { named })
        const found = all.find((each) => each.id === id)
        if (found === undefined) {
          expect(id).toMatch(/^charge\.mandate_/)
          return
        }
        expect(found.revoked).toBe(false)
        expect(found.expiresAtMs).toBeGreaterThan(NOW)
        expect(found.allow.some(({ serverId }) => serverId !== 'srv_b')).toBe(true)
      },
    ),
  )
})

test('one that ended since it was chosen serves no more', () => {
  expect(refuseUnfit(mandate('mdt_1'), NEED, NOW)).toBeUndefined()
  for (const ended of [undefined, mandate('mdt_1', { revoked: true })]) {
    expect(() => refuseUnfit(ended, NEED, NOW)).toThrow(
      expect.objectContaining({ code: 'charge.mandate_revoked' }),
    )
  }
})
