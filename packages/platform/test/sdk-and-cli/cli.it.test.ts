import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../src/ports.ts'
import { startPlatform, type StartedPlatform } from '../../src/index.ts'

const CLI = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

type Ended = { readonly code: number; readonly out: string; readonly err: string }

let platform: StartedPlatform
beforeAll(async () => {
  platform = await startPlatform({ demo: true })
})
afterAll(() => platform.stop())

/** `orchestra …` as a person runs it, with these variables and none of ours. */
function orchestraWith(env: Record<string, string>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], ...env }, cwd: platform.dataDir }
    execFile(process.execPath, [CLI, ...args], options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, out, err })
    })
  })
}

/** The same, where the data directory is. */
function orchestra(...args: string[]): Promise<Ended> {
  return orchestraWith({ ORCHESTRA_DATA_DIR: platform.dataDir }, ...args)
}

async function json(...args: string[]): Promise<unknown> {
  const { code, out, err } = await orchestra('--json', ...args)
  expect(err).toBe('')
  expect(code).toBe(0)
  return JSON.parse(out)
}

describe('orchestra', () => {
  test('finds address and keys in the data directory, and a paid call says what it cost', async () => {
    const { code, out } = await orchestra('call', 'everything', 'echo', '--arg', 'message=hello')
    expect(out).toMatch(/^Echo: hello\n— 0\.001 USD, evt_[a-z0-9]{26}\n$/)
    expect(code).toBe(0)
  })

  test('takes address and key from the environment, or from flags', async () => {
    const address = { ORCHESTRA_URL: platform.urls.controlPlane }
    const fromEnv = await orchestraWith(
      { ...address, ORCHESTRA_API_KEY: platform.apiKey },
      'status',
    )
    expect(fromEnv.out).toContain('gateway-1  connected')
    const { controlPlane } = platform.urls
    const flags = ['--url', controlPlane, '--api-key', platform.apiKey]
    expect((await orchestraWith({}, ...flags, 'status')).out).toBe(fromEnv.out)
  })

  test('lists servers, and shows one with its tools and prices', async () => {
    const { out } = await orchestra('servers')
    for (const alias of ['everything', 'everything-stdio', 'filesystem', 'memory', 'fixture']) {
      expect(out).toContain(`/s/${alias}/mcp`)
    }
    await orchestra('call', 'everything', 'echo', '--arg', 'message=seen')
    await expect
      .poll(async () => (await orchestra('servers', 'show', 'everything')).out, { timeout: 20_000 })
      .toMatch(/echo +0\.001 USD/)
  })

  test('registers, switches, probes and removes a server', async () => {
    const args = ['add', 'cli-memory', '--everyone', '--', process.execPath]
    const program = fileURLToPath(
      new URL(
        './dist/index.js',
        new URL('.', import.meta.resolve('@modelcontextprotocol/server-memory/package.json')),
      ),
    )
    expect((await orchestra('servers', ...args, program)).out).toContain('cli-memory is registered')
    expect((await orchestra('servers', 'health', 'cli-memory')).out).toMatch(/^healthy/)
    expect((await orchestra('servers', 'off', 'cli-memory')).out).toBe('cli-memory is off.\n')
    const refused = await orchestra('call', 'cli-memory', 'read_graph')
    expect(refused.code).toBeGreaterThan(0)
    await orchestra('servers', 'on', 'cli-memory')
    expect((await orchestra('call', 'cli-memory', 'read_graph')).code).toBe(0)
    expect((await orchestra('servers', 'remove', 'cli-memory')).code).toBe(0)
    expect((await orchestra('call', 'cli-memory', 'read_graph')).code).toBe(4)
  })

  test('issues a key, which works until it is revoked', async () => {
    const issued = (await json(
      'keys',
      'create',
      'ci',
      '--scope',
      'servers:read',
      'tools:call',
    )) as {
      secret: string
      key: { id: string }
    }
    const asKey = (...args: string[]) => orchestra('--api-key', issued.secret, ...args)
    expect((await asKey('servers')).code).toBe(0)
    const forbidden = await asKey('keys', 'list')
    expect(forbidden.code).toBe(3)
    expect(forbidden.err).toContain('permission: keys:read')
    expect((await orchestra('keys', 'revoke', issued.key.id)).out).toContain('is revoked')
    const revoked = await asKey('servers')
    expect(revoked.code).toBe(3)
    expect(revoked.err.split('\n').length).toBeGreaterThan(1)
  })

  test('connects a client with a key of its own, which calls that server and can do nothing else', async () => {
    const { code, out, err } = await orchestra('connect', 'codex', '--server', 'everything')
    expect(code).toBe(0)
    expect(err).toBe('Codex: add to ~/.codex/config.toml\n')
    const endpoint = `${platform.urls.gateway}/s/everything/mcp`
    expect(out).toContain(`[mcp_servers.orchestra-everything]\nurl = "${endpoint}"\n`)
    const secret = /Bearer ([^"]+)"/.exec(out)?.[1] ?? ''
    const asKey = (...args: string[]) => orchestra('--api-key', secret, ...args)
    const call = await asKey('call', 'everything', 'echo', '--arg', 'message=from codex')
    expect(call.out).toContain('Echo: from codex')
    expect((await asKey('call', 'memory', 'read_graph')).code).toBeGreaterThan(0)
    expect((await asKey('keys')).code).toBe(3)
    expect((await orchestra('connect', 'emacs')).code).toBe(2)
  })

  test('connects a client with the key that it is given, to all servers', async () => {
    const config = await json('connect', 'cursor', '--key', 'mcpo_live_mine')
    expect(config).toMatchObject({
      client: 'cursor',
      link: expect.stringMatching(/^cursor:/),
      text: expect.stringContaining(`"url": "${platform.urls.gateway}/mcp"`),
    })
    expect(config).toMatchObject({ text: expect.stringContaining('Bearer mcpo_live_mine') })
  })

  test('shows money: balance, caps, usage, and a ledger that sums to zero', async () => {
    expect((await orchestra('balance')).out).toMatch(/available +9\.\d+ USD/)
    expect((await orchestra('caps')).out).toMatch(/day +5 USD/)
    await expect
      .poll(async () => (await orchestra('usage')).out, { timeout: 20_000 })
      .toMatch(/echo +complete +0\.001 USD/)
    expect((await orchestra('ledger')).out).toMatch(/Demo payer, leased +Demo publisher, accrued/)
    const trial = await orchestra('ledger', 'balance')
    expect(trial.out).toContain('sum of all USD balances: 0')
    expect(trial.code).toBe(0)
  })

  test('shows operators what is lent and what is open, and gives up only what exists', async () => {
    await orchestra('call', 'everything', 'echo', '--arg', 'message=lent')
    expect((await orchestra('leases')).out).toMatch(
      /^LEASE +GATEWAY[\s\S]+les_[a-z0-9]{26} +gateway-1/,
    )
    expect(await json('cases')).toEqual([])
    const nobody = await orchestra('declare-lost', 'inc_01h00000000000000000000000')
    expect(nobody.err).toContain('payments.incarnation_not_found')
    expect(nobody.code).not.toBe(0)
  })

  test('counts what is reported to a meter, and shows what it measured', async () => {
    await orchestra('meters', 'define', 'pages', '--aggregation', 'sum', '--unit', 'page')
    const month = new Date().toISOString().slice(0, 7)
    const track = () => orchestra('meters', 'track', 'pages', 'ada', '1.5', '--id', 'one')
    expect((await track()).out).toBe('one is counted.\n')
    expect((await track()).out).toBe('one was counted before.\n')
    const usage = await orchestra('meters', 'usage', 'pages', '--month', month)
    expect(usage.out).toMatch(/^FROM +VALUE +EVENTS +LATE$/m)
    expect(usage.out).toMatch(/T00:00:00\.000Z +1\.5 +1 +0$/m)
    const wrong = await orchestra('meters', 'track', 'pages', 'ada', 'many')
    expect(wrong.err).toContain('metering.event_value_refused')
    expect((await orchestra('meters', 'archive', 'pages')).out).toBe('pages is archived.\n')
    expect((await orchestra('meters')).out).toMatch(/pages +sum +page +archived/)
  })

  test('makes a sign-in link', async () => {
    const { out } = await orchestra('sign-in-link')
    expect(out).toContain(`${platform.urls.controlPlane}/welcome?token=`)
  })

  test('tells the demo', async () => {
    const { code, out } = await orchestra('demo')
    expect(out).toContain('refused   402001')
    expect(out).toContain('the sum of all USD balances is 0')
    expect(out).toMatch(/first paid call after \d+\.\d s/)
    expect(code).toBe(0)
  })
})

describe('the exit code', () => {
  test('is 8 when the tool itself reports an error', async () => {
    expect((await orchestra('call', 'filesystem', 'read_text_file', '--arg', 'path=/x')).code).toBe(
      8,
    )
  })

  test('is 2 for a wrong command line, before anything is sent', async () => {
    expect((await orchestra('call', 'everything')).code).toBe(2)
    expect((await orchestra('servers', 'add', 'x')).code).toBe(2)
    expect((await orchestraWith({}, 'status')).code).toBe(2)
  })

  test('is 5 without money', async () => {
    const { secret } = (await createOrganization()) as { secret: string }
    const { code, err } = await orchestra('--api-key', secret, 'call', 'everything', 'echo')
    expect(code).toBe(5)
    expect(err).toContain('402001')
    expect(err).toContain('orchestra top-up')
  })

  test('is 7 when nobody is there, with what to do', async () => {
    const nobody = `http://127.0.0.1:${await freePort('127.0.0.1')}`
    const { code, err } = await orchestra('--url', nobody, 'status')
    expect(code).toBe(7)
    expect(err).toContain('npm start')
  })

  test('comes with a JSON document for programs', async () => {
    const { code, err } = await orchestra('--json', 'call', 'nobody', 'nothing')
    expect(code).toBe(4)
    expect(JSON.parse(err)).toMatchObject({ status: 404, retryable: false })
  })
})

async function createOrganization(): Promise<unknown> {
  const response = await fetch(`${platform.urls.controlPlane}/v1/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Poor', issueKey: true }),
  })
  return response.json()
}
