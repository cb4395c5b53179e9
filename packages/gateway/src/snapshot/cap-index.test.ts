import type { CapEntity } from '@mcp-orchestra/api/snapshot'
import { CAP_SCOPES, CAP_WINDOWS } from '@mcp-orchestra/api/cap-scope'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCapIndex, type ScopePath } from './cap-index.ts'

const PATH = {
  organizationId: 'org_1',
  projectId: 'prj_1',
  agentId: 'agt_1',
  keyId: 'key_1',
  mandateId: 'mdt_1',
} satisfies ScopePath
const cap = (id: string, scope: CapEntity['scope'], window: CapEntity['window'] = 'day') => ({
  id,
  scope,
  window,
  amount: '1',
})

test('a call is bound by the caps of all that it belongs to and of each session of it, in order of id', () => {
  const index = createCapIndex()
  const binding = [
    cap('cap_9', { kind: 'organization', id: 'org_1' }),
    cap('cap_8', { kind: 'project', id: 'prj_1' }),
    cap('cap_7', { kind: 'agent', id: 'agt_1' }),
    cap('cap_6', { kind: 'key', id: 'key_1' }),
    cap('cap_5', { kind: 'mandate', id: 'mdt_1' }),
    cap('cap_4', { kind: 'session', id: 'agt_1' }, 'total'),
    cap('cap_3', { kind: 'session', id: 'org_1' }, 'total'),
  ]
  for (const each of binding) index.put(each.id, each)
  index.put('cap_2', cap('cap_2', { kind: 'agent', id: 'agt_2' }))
  index.put('cap_1', cap('cap_1', { kind: 'session', id: 'key_2' }, 'total'))
  expect(index.of(PATH)).toEqual(binding.toReversed())
  expect(index.of({ organizationId: 'org_1', keyId: 'key_9' }).map(({ id }) => id)).toEqual([
    'cap_3',
    'cap_9',
  ])
})

test('whatever was put, changed and removed, it finds what a search of all caps finds', () => {
  const ids = ['1', '2']
  const scope = fc.record({
    kind: fc.constantFrom(...CAP_SCOPES),
    id: fc.constantFrom(...Object.values(PATH), 'org_2', 'agt_2'),
  })
  const change = fc.record({
    id: fc.constantFrom(...ids.map((id) => `cap_${id}`), 'cap_3', 'cap_4'),
    body: fc.option(fc.record({ scope, window: fc.constantFrom(...CAP_WINDOWS) }), {
      nil: undefined,
    }),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const index = createCapIndex()
      const all = new Map<string, CapEntity>()
      for (const { id, body } of changes) {
        const entity = body === undefined ? undefined : { id, amount: '1', ...body }
        index.put(id, entity)
        if (entity === undefined) all.delete(id)
        else all.set(id, entity)
      }
      const expected = [...all.values()]
        .filter(({ scope: { kind, id } }) =>
          kind === 'session'
            ? [PATH.organizationId, PATH.projectId, PATH.agentId, PATH.keyId].includes(id)
            : PATH[`${kind}Id`] === id,
        )
        .map(({ id }) => id)
        .toSorted()
      expect(index.of(PATH).map(({ id }) => id)).toEqual(expected)
    }),
  )
})
