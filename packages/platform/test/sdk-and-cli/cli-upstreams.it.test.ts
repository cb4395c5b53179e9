import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { API_KEY, startRestApi, type RestApi } from '../openapi/rest-api.ts'
import { startOidcPlatform, type Person } from '../upstream-auth/guarded-platform.ts'
import { createTerminal, type Terminal } from './terminal.ts'

let world: Awaited<ReturnType<typeof startOidcPlatform>>
let api: RestApi
let folder: string
let operator: Terminal
beforeAll(async () => {
  world = await startOidcPlatform()
  api = await startRestApi()
  folder = await mkdtemp(join(tmpdir(), 'orchestra-cli-'))
  operator = createTerminal(world.test.platform, world.test.platform.apiKey)
})
afterAll(async () => {
  await world.close()
  await api.close()
  await rm(folder, { recursive: true })
})

describe('accounts at servers, in a terminal', () => {
  let person: Person
  let orchestra: Terminal
  let made = 0
  beforeEach(async () => {
    made += 1
    person = await world.person(`terminal-${made}`)
    orchestra = createTerminal(world.test.platform, person.apiKey)
  })

  test('a call says where to connect; connect waits for the person, and then the call works', async () => {
    const refused = await orchestra(['call', 'modern', 'test_simple_text'])
    expect(refused.err).toMatch(/authorizationUrl: http\S+\/connections\?server=modern\n/)
    expect(refused.err).toContain('orchestra servers connect <server>')
    expect([refused.out, refused.code]).toEqual(['', 3])
    const visits: Promise<string>[] = []
    const connected = await orchestra(['servers', 'connect', 'modern'], {
      onComplaint(text) {
        const [address] = /http\S+(?=\n)/.exec(text) ?? []
        if (address !== undefined && visits.length === 0) visits.push(person.visit(address))
      },
    })
    expect(await Promise.all(visits)).toEqual(['/connections?server=modern&outcome=connected'])
    expect(connected.out).toBe(`Connected to modern by ${world.guard.issuer}\nScopes: tools:read\n`)
    expect(connected.code).toBe(0)
    const called = await orchestra(['call', 'modern', 'test_simple_text'])
    expect([called.err, called.code]).toEqual(['', 0])
  })

  test('lists what is connected, and disconnects it once', async () => {
    const nothing = await orchestra(['servers', 'connections'])
    expect([nothing.out, nothing.code]).toEqual(['No account is connected.\n', 0])
    await person.connect('modern')
    expect((await orchestra(['servers', 'connections'])).out).toBe(
      [
        'SERVER  WHOSE  STATE      SCOPES      AUTHORIZATION SERVER',
        `modern  yours  connected  tools:read  ${world.guard.issuer}`,
        '',
      ].join('\n'),
    )
    const disconnect = () => orchestra(['servers', 'disconnect', 'modern'])
    expect((await disconnect()).out).toBe('Disconnected from modern; the tokens are revoked.\n')
    expect((await disconnect()).out).toBe('No account was connected to modern.\n')
  })

  test('without waiting the address alone is printed, so that a script can use it', async () => {
    const { out, err, code } = await orchestra(['servers', 'connect', 'modern', '--no-wait'])
    expect(out).toMatch(/^http\S+\n$/)
    expect([err, code]).toEqual(['', 0])
  })

  test('where an enterprise manages access an ID token comes from a file or from standard input', async () => {
    const missing = await operator(['servers', 'auth', 'legacy', '--kind', 'enterprise'])
    expect([missing.err.includes('--idp-token-endpoint'), missing.code]).toEqual([true, 2])
    const at = ['--client-id', 'us', '--client-secret', 'hush', '--idp-client-id', 'us-there']
    const idp = ['--idp-token-endpoint', `${world.guard.issuer}/token`]
    await operator(['servers', 'auth', 'legacy', '--kind', 'enterprise', ...at, ...idp])
    const connect = ['servers', 'connect', 'legacy']
    expect((await orchestra(connect)).err).toContain('--id-token-file <path>')
    const file = join(folder, 'id-token')
    await writeFile(file, 'not.a.token\n')
    for (const ended of [
      await orchestra([...connect, '--id-token-file', file]),
      await orchestra([...connect, '--id-token-file', '-'], { input: 'not.a.token\n' }),
    ]) {
      expect(ended.err).toContain('The identity provider does not exchange the ID token.')
      expect(ended.err).not.toContain('not.a.token')
      expect(ended.code).toBe(6)
    }
    const nowhere = await orchestra([...connect, '--id-token-file', join(folder, 'none')])
    expect([nowhere.err.includes('cannot be read'), nowhere.code]).toEqual([true, 2])
  })
})

describe('REST APIs, in a terminal', () => {
  test('a document is looked at before anything is kept; what is missing is said once', async () => {
    const file = join(folder, 'pets.json')
    await writeFile(file, JSON.stringify(api.document))
    const { out } = await operator(['servers', 'preview', file])
    expect(out.split('\n').slice(0, 3)).toEqual([
      `Pets 2.1 at ${api.url}/v1`,
      'wants --credential key=… (key): 9 operations',
      'listPets  GET /pets',
    ])
    const place = `${api.url}/openapi.json`
    const given = await operator(['servers', 'preview', place, '--credential', 'key'])
    expect(given.out.split('\n')[1]).toBe('takes --credential key=… (key)')
  })

  test('it is added, called, narrowed, and read again after its document changed', async () => {
    const place = ['--openapi', `${api.url}/openapi.json`, '--credential', `key=${API_KEY}`]
    const allow = ['--allow', 'getPet,listPets']
    const added = await operator(['servers', 'add', 'pets', ...place, ...allow, '--everyone'])
    expect(added.out).toMatch(
      /^pets is registered \(srv_[a-z0-9]+\)\.\nMCP clients reach it at http/,
    )
    expect((await operator(['call', 'pets', 'listPets'])).out).toContain('"name":"Rex"')
    const narrowed = await operator(['servers', 'update', 'pets', '--allow', 'getPet'])
    expect(narrowed.out).toBe('pets is changed.\n')
    expect((await operator(['call', 'pets', 'listPets'])).code).not.toBe(0)
    const document = structuredClone(api.document) as { info: { version: string } }
    document.info.version = '3.0'
    api.publish(document)
    const refreshed = await operator(['servers', 'refresh', 'pets'])
    expect(refreshed.out).toBe('The document of pets was read again.\n')
    expect((await operator(['servers', 'preview', `${api.url}/openapi.json`])).out).toMatch(
      /^Pets 3\.0 at /,
    )
    const noDocument = await operator(['servers', 'refresh', 'modern'])
    expect(noDocument.err).toContain('hub.no_document')
  })
})
