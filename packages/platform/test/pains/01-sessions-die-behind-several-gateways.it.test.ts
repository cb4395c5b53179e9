import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { freePort } from '../../src/ports.ts'
import { startStagedGateway } from '../stage/staged-gateway.ts'
import { stageSnapshot } from '../stage/staged-snapshot.ts'
import {
  startStandInControlPlane,
  type StandInControlPlane,
} from '../stage/stand-in-control-plane.ts'
import { MODERN_META, modernHeaders, openLegacySession, postRaw } from '../wire/raw-client.ts'

/** Calls of one session, sent to the gateways in turn as a load balancer does. */
const CALLS = 15
const NAMES = ['gateway-1', 'gateway-2'] as const
type Name = (typeof NAMES)[number]

let directory: string
let fixture: FixtureServer
let controlPlane: StandInControlPlane
let apiKey: string
const ports: Partial<Record<Name, number>> = {}
const gateways: Partial<Record<Name, Awaited<ReturnType<typeof startStagedGateway>>>> = {}
const gatewaySecret = randomBytes(32).toString('hex')

async function stage(era: 'legacy' | 'modern'): Promise<void> {
  directory = await mkdtemp(path.join(tmpdir(), 'gateways-'))
  fixture = await startFixtureServer({ era, port: 0 })
  for (const name of NAMES) ports[name] = await freePort('127.0.0.1')
  const staged = stageSnapshot(
    { fixture: { era, transport: { kind: 'http', url: fixture.url, headers: {} } } },
    Object.fromEntries(NAMES.map((name) => [name, `http://127.0.0.1:${ports[name]}`])),
  )
  apiKey = staged.apiKey
  controlPlane = await startStandInControlPlane(staged.changes)
  for (const name of NAMES) await start(name)
}

async function unstage(): Promise<void> {
  for (const name of NAMES) await gateways[name]?.close()
  await controlPlane.close()
  await fixture.close()
  await rm(directory, { recursive: true, force: true })
}

async function start(name: Name): Promise<void> {
  gateways[name] = await startStagedGateway({
    name,
    controlPlaneUrl: controlPlane.url,
    directory,
    internalPort: ports[name] ?? 0,
    gatewaySecret,
  })
}

const at = (name: Name, endpoint: string) => ({ url: `${gateways[name]?.url}${endpoint}`, apiKey })

type HeadersFor = typeof modernHeaders

/** Status and text that a gateway answers a call with. */
async function greet(name: Name, endpoint: string, headersFor: HeadersFor, meta = '') {
  const params = `{"name":"greet","arguments":{"name":"ada"}${meta}}`
  const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`
  const answer = await postRaw(at(name, endpoint), text, headersFor('tools/call', 'greet'))
  return `${answer.status} ${answer.messages.at(-1)}`
}

const GREETED = /^200 .*Hello, ada!/s

async function greetInTurn(endpoint: string, headersFor: HeadersFor): Promise<void> {
  for (let call = 0; call < CALLS; call += 1) {
    const name = NAMES[call % NAMES.length] ?? 'gateway-1'
    expect(await greet(name, endpoint, headersFor)).toMatch(GREETED)
  }
}

describe.each(['legacy', 'modern'] as const)('before a %s server', (era) => {
  beforeAll(() => stage(era))
  afterAll(unstage)

  describe.each(['/s/fixture/mcp', '/mcp'])('%s', (endpoint) => {
    it('a modern client calls at any gateway', async () => {
      for (const name of NAMES) {
        const said = await greet(name, endpoint, modernHeaders, `,"_meta":{${MODERN_META}}`)
        expect(said).toMatch(GREETED)
      }
    })

    it('a session calls at all gateways, and a restart ends it no sooner than its server', async () => {
      const headersFor = await openLegacySession(at('gateway-1', endpoint))
      await greetInTurn(endpoint, headersFor)
      await gateways['gateway-1']?.close()
      const meanwhile = await greet('gateway-2', endpoint, headersFor)
      await start('gateway-1')
      expect(meanwhile).toMatch(GREETED)
      await greetInTurn(endpoint, headersFor)
    })
  })
})
