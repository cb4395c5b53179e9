import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundGrants, type GrantRule, type Grants } from './grant.ts'

const SERVERS = ['a', 'b', 'c']
const TOOLS = ['x', 'y']

const rule: fc.Arbitrary<GrantRule> = fc.record(
  {
    serverId: fc.constantFrom('*', ...SERVERS),
    tools: fc.subarray(TOOLS),
  },
  { requiredKeys: ['serverId'] },
)
const grants: fc.Arbitrary<Grants> = fc.record({
  allow: fc.array(rule, { maxLength: 4 }),
  deny: fc.array(rule, { maxLength: 3 }),
})

function allows({ allow, deny }: Grants, server: string, tool: string): boolean {
  const matches = ({ serverId, tools }: GrantRule) =>
    (serverId === '*' || serverId === server) && (tools === undefined || tools.includes(tool))
  return allow.some(matches) && !deny.some(matches)
}

test('no key can be made that calls what its creator cannot', () => {
  fc.assert(
    fc.property(grants, grants, (creator, asked) => {
      const made = boundGrants(creator, asked)
      if (made === undefined) return
      // A server and a tool that nobody has named stand for all that will ever be.
      for (const server of [...SERVERS, 'new']) {
        for (const tool of [...TOOLS, 'new']) {
          if (allows(made, server, tool)) expect(allows(creator, server, tool)).toBe(true)
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

test('who may call everything may hand on anything, and everyone what they have', () => {
  fc.assert(
    fc.property(grants, (own) => {
      expect(boundGrants({ allow: [{ serverId: '*' }], deny: [] }, own)).toEqual(own)
      expect(boundGrants(own, { allow: own.allow, deny: [] })).toBeDefined()
    }),
  )
})
