import type { CredentialAnswer, CredentialRequest } from '@mcp-orchestra/api/gateway-link'
import type { ConnectionEntity } from '@mcp-orchestra/api/snapshot'
import { instant, type Id } from '@mcp-orchestra/kernel'
import { describe, expect, test } from 'vitest'
import { refuse } from '../../link/problems.ts'
import { sampleServer } from '../../snapshot/testing.ts'
import { createCredentialBook } from './credential-book.ts'

const URL_OF_A = 'http://127.0.0.1:9/mcp'
const SERVER = sampleServer('a', { transport: { kind: 'http', url: URL_OF_A, headers: {} } })
const ADA = { organizationId: 'org_x' as Id<'org'>, memberId: 'mbr_ada' as Id<'mbr'> }
const BOB = { organizationId: 'org_x' as Id<'org'>, memberId: 'mbr_bob' as Id<'mbr'> }

/** A book whose control plane answers by script; `connect` and `disconnect` are what the snapshot says. */
function bench() {
  const connections = new Map<string, ConnectionEntity>()
  const listeners: ((change: { kind: string; id: string }) => void)[] = []
  const asked: CredentialRequest[] = []
  const hand = { nowMs: 1_000_000, answer: token(), isAway: false }
  const book = createCredentialBook({
    snapshot: {
      connectionOf: (serverId, holderId) => connections.get(`${serverId}:${holderId}`),
      onChange: (listener) => void listeners.push(listener),
    },
    async request(question) {
      asked.push(question)
      await Promise.resolve()
      if (hand.isAway) throw refuse('link.unreachable')
      return hand.answer
    },
    clock: { now: () => instant(hand.nowMs), monotonicMs: () => hand.nowMs },
  })
  const changed = (id: string): void =>
    listeners.forEach((tell) => tell({ kind: 'connection', id }))
  return {
    book,
    hand,
    asked,
    connect(holderId: string, generation = 1) {
      const id = `${SERVER.id}:${holderId}`
      connections.set(id, { id, serverId: SERVER.id, holderId, generation, account: 1 })
      changed(id)
    },
    disconnect(holderId: string) {
      connections.delete(`${SERVER.id}:${holderId}`)
      changed(`${SERVER.id}:${holderId}`)
    },
  }
}

function token(
  facts: Partial<Extract<CredentialAnswer, { kind: 'token' }>> = {},
): CredentialAnswer {
  return {
    kind: 'token',
    holderId: 'mbr_ada',
    accessToken: 'secret',
    generation: 1,
    expiresAtMs: 2_000_000,
    serverUrl: URL_OF_A,
    ...facts,
  }
}

describe('whose token', () => {
  test('nobody’s without a connection; the member’s before the organization’s', async () => {
    const { book, connect, hand, asked } = bench()
    expect(book.authorizationFor(SERVER, ADA)).toBeUndefined()
    expect(asked).toEqual([])
    connect('org_x')
    hand.answer = token({ holderId: 'org_x', accessToken: 'shared' })
    expect(await book.authorizationFor(SERVER, BOB)).toMatchObject({ header: 'Bearer shared' })
    connect('mbr_ada')
    hand.answer = token()
    expect(await book.authorizationFor(SERVER, ADA)).toMatchObject({ header: 'Bearer secret' })
    expect(await book.authorizationFor(SERVER, BOB)).toMatchObject({ header: 'Bearer shared' })
    expect(await book.authorizationFor(SERVER, undefined)).toBeUndefined()
  })

  test('a service’s for whoever calls, and for the gateway itself', async () => {
    const { book, connect, hand } = bench()
    const service = { ...SERVER, credentials: 'service' as const }
    hand.answer = token({ holderId: service.organizationId })
    connect(service.organizationId)
    expect(await book.authorizationFor(service, undefined)).toMatchObject({ generation: 1 })
    expect(await book.authorizationFor({ ...SERVER, credentials: 'none' }, ADA)).toBeUndefined()
  })
})

describe('a token in memory', () => {
  test('is used without a wait, by one question however many call', async () => {
    const { book, connect, asked } = bench()
    connect('mbr_ada')
    const many = Array.from({ length: 20 }, async () => book.authorizationFor(SERVER, ADA))
    await Promise.all(many)
    expect(asked).toHaveLength(1)
    expect(book.authorizationFor(SERVER, ADA)).toMatchObject({ header: 'Bearer secret' })
  })

  test('is gone with its connection, in the same turn', async () => {
    const { book, connect, disconnect } = bench()
    connect('mbr_ada')
    await book.authorizationFor(SERVER, ADA)
    disconnect('mbr_ada')
    expect(book.authorizationFor(SERVER, ADA)).toBeUndefined()
  })

  test('is replaced when there is a newer one, and when it ends soon', async () => {
    const { book, connect, hand, asked } = bench()
    connect('mbr_ada')
    await book.authorizationFor(SERVER, ADA)
    connect('mbr_ada', 2)
    hand.answer = token({ generation: 2, accessToken: 'second' })
    expect(await book.authorizationFor(SERVER, ADA)).toMatchObject({ header: 'Bearer second' })
    hand.nowMs = 1_990_000
    hand.answer = token({ generation: 3, accessToken: 'third', expiresAtMs: 3_000_000 })
    expect(await book.authorizationFor(SERVER, ADA)).toMatchObject({ header: 'Bearer third' })
    expect(asked).toHaveLength(3)
  })

  test('goes to the address that it was given for, and to no other one', async () => {
    const { book, connect } = bench()
    connect('mbr_ada')
    await book.authorizationFor(SERVER, ADA)
    const transport = { kind: 'http', url: 'http://127.0.0.1:8/evil', headers: {} } as const
    await expect(book.authorizationFor({ ...SERVER, transport }, ADA)).rejects.toMatchObject({
      code: 'upstream.authorization_unavailable',
    })
  })

  test('is used to its end while the control plane is away, and no longer', async () => {
    const { book, connect, hand } = bench()
    connect('mbr_ada')
    await book.authorizationFor(SERVER, ADA)
    hand.isAway = true
    hand.nowMs = 1_990_000
    expect(await book.authorizationFor(SERVER, ADA)).toMatchObject({ header: 'Bearer secret' })
    hand.nowMs = 2_000_001
    await expect(book.authorizationFor(SERVER, ADA)).rejects.toMatchObject({
      code: 'upstream.authorization_unavailable',
    })
  })
})

test('a refusal says what a person has to do, and where', async () => {
  const { book, hand, asked } = bench()
  const url = 'https://orchestra.test/connections?server=a'
  hand.answer = { kind: 'authorization_required', reason: 'not_connected', url }
  const refusal = { sent: undefined, status: 401, challenge: 'Bearer scope="x"' } as const
  await expect(book.afterRefusal(SERVER, ADA, refusal)).rejects.toMatchObject({
    code: 'upstream.authorization_required',
    members: { server: 'a', reason: 'not_connected', authorizationUrl: url },
  })
  expect(asked[0]?.refused).toEqual({
    generation: null,
    status: 401,
    challenge: 'Bearer scope="x"',
  })
})
