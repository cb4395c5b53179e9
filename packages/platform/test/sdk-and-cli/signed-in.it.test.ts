import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createOrchestra, type LiveItem, type LiveState, type Orchestra } from '@mcp-orchestra/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform, type StartedPlatform } from '../../src/index.ts'
import { pageFetch, type PageFetch } from './page-fetch.ts'

/** A file in bytes; its server answers with it twice, just below the 16 MiB that a child's answer may have. */
const LARGE_BYTES = 7.5 * 1024 * 1024
const PASSWORD = 'correct horse battery staple'

let platform: StartedPlatform
let operator: Orchestra
let email: string
beforeAll(async () => {
  platform = await startPlatform({ demo: true })
  operator = createOrchestra({ baseUrl: platform.urls.controlPlane, apiKey: platform.apiKey })
  email = (await operator.session.me()).member?.email ?? ''
})
afterAll(() => platform.stop())

/** A page of the console, of a browser of its own. */
function openPage(origin = platform.urls.controlPlane): { orchestra: Orchestra; page: PageFetch } {
  const page = pageFetch(origin)
  return { page, orchestra: createOrchestra({ baseUrl: origin, fetch: page.fetch }) }
}

async function tokenOfLink(): Promise<string> {
  const { url } = await operator.users.createSignInLink(email)
  return new URL(url).searchParams.get('token') ?? ''
}

async function signIn(): Promise<{ orchestra: Orchestra; page: PageFetch }> {
  const opened = openPage()
  await opened.orchestra.session.redeemLink({ token: await tokenOfLink(), password: PASSWORD })
  return opened
}

function echo(orchestra: Orchestra, message: string) {
  return orchestra.hub.routeRequest({
    server: 'everything',
    params: { name: 'echo', arguments: { message } },
  })
}

describe('a session', () => {
  test('begins with a one-time link, goes on with the password, and ends', async () => {
    const { orchestra, page } = openPage()
    await expect(orchestra.session.me()).rejects.toMatchObject({ status: 401 })
    const link = { token: await tokenOfLink(), password: PASSWORD }
    const me = await orchestra.session.redeemLink(link)
    expect(me).toMatchObject({ via: 'session', member: { email } })
    expect(await orchestra.session.me()).toEqual(me)
    await expect(orchestra.session.redeemLink(link)).rejects.toMatchObject({
      code: 'identity.link_gone',
      status: 410,
    })
    await orchestra.session.signOut()
    expect(page.cookies.size).toBe(0)
    await expect(orchestra.session.me()).rejects.toMatchObject({ status: 401 })
    const wrong = orchestra.session.signIn({ email, password: 'not this one' })
    await expect(wrong).rejects.toMatchObject({ status: 401 })
    expect(await orchestra.session.signIn({ email, password: PASSWORD })).toEqual(me)
  })
})

describe('a signed-in page', () => {
  test('calls a paid tool straight through the gateway, across origins, with a key that it never keeps', async () => {
    const { orchestra, page } = await signIn()
    const { result, receipt, durationMs, frames } = await echo(orchestra, 'from a page')
    expect(result['content']).toEqual([{ type: 'text', text: 'Echo: from a page' }])
    expect(receipt?.charged).toEqual({ amount: '1000000000000000', asset: 'USD' })
    expect(durationMs).toBeGreaterThan(0)
    expect(JSON.parse(frames.response)).toMatchObject({ result })
    const gateway = `${platform.urls.gateway}/s/everything/mcp`
    expect(page.sent).toContain(`POST ${gateway}`)
    expect(page.sent.filter((line) => line.endsWith('/call-keys'))).toHaveLength(1)
    await orchestra.close()
    expect(page.sent.at(-1)).toBe(`DELETE ${gateway}`)
  })

  test('reads what the gateway refuses, with the request to quote', async () => {
    const { orchestra } = await signIn()
    const refused = orchestra.hub.routeRequest({
      server: 'everything',
      params: { name: 'echo', arguments: { message: 'cheap' } },
      maxChargeUsd: '0.0001',
    })
    await expect(refused).rejects.toMatchObject({
      status: 402,
      rpcCode: 402_003,
      instance: expect.stringMatching(/^req_/),
    })
    await orchestra.close()
  })

  test('calls both eras, and hears progress', async () => {
    const { orchestra } = await signIn()
    const heard: number[] = []
    const modern = await orchestra.hub.routeRequest({
      server: 'fixture',
      params: { name: 'test_tool_with_progress', arguments: {} },
      onProgress: ({ progress }) => heard.push(progress),
    })
    expect(modern.result['resultType']).toBe('complete')
    expect(heard.length).toBeGreaterThan(1)
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    await orchestra.close()
  })

  test('gets a result of nearly 16 MiB whole', async () => {
    const { orchestra } = await signIn()
    const path = join(platform.dataDir, 'demo', 'files', 'large.txt')
    const text = 'x'.repeat(LARGE_BYTES)
    await writeFile(path, text)
    const { result, frames } = await orchestra.hub.routeRequest({
      server: 'filesystem',
      params: { name: 'read_text_file', arguments: { path } },
    })
    const [content] = result['content'] as readonly { text: string }[]
    // Not toEqual: a difference of megabytes is no message for people.
    expect(content?.text === text).toBe(true)
    expect(frames.response.length).toBeGreaterThan(2 * LARGE_BYTES)
    await orchestra.close()
  })

  test('of another origin gets nothing from the gateway, also with a good key', async () => {
    const stranger = pageFetch('https://evil.example')
    const { secret, endpoint } = await callKey()
    const call = stranger.fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    })
    await expect(call).rejects.toThrow('the preflight did not allow it')
  })

  test('sees its calls live, finds them by filter, and hears that it is signed out', async () => {
    const { orchestra } = await signIn()
    const states: LiveState[] = []
    const stream = orchestra.usage.live(
      { serverId: 'everything', tool: 'echo', outcome: 'complete' },
      { onState: (state) => states.push(state) },
    )
    const reader = stream[Symbol.asyncIterator]()
    const first = reader.next()
    await expect.poll(() => states.at(-1)).toBe('open')
    const { receipt } = await echo(orchestra, 'live')
    const seen: LiveItem | undefined = (await first).value
    expect(seen).toMatchObject({
      kind: 'usage',
      event: { id: receipt?.eventId, tool: 'echo', outcome: 'complete' },
    })
    const event = seen?.kind === 'usage' ? seen.event : undefined
    const around = {
      side: 'any',
      tool: 'echo',
      outcome: 'complete',
      serverId: 'everything',
    } as const
    const found = await orchestra.usage.list({ ...around, from: event?.at ?? '', limit: 5 }).page()
    expect(found.items.map(({ id }) => id)).toContain(event?.id)
    const before = await orchestra.usage.list({ ...around, to: event?.at ?? '' }).all()
    expect(before.map(({ id }) => id)).not.toContain(event?.id)
    const [end] = await Promise.allSettled([reader.next(), orchestra.session.signOut()])
    expect(end).toMatchObject({ status: 'rejected', reason: { status: 401 } })
  })

  test('misses no call while the control plane is killed and comes back, and sees none twice', async () => {
    const { orchestra } = await signIn()
    const states: LiveState[] = []
    const seen: string[] = []
    const leave = new AbortController()
    const following = (async () => {
      const options = {
        signal: leave.signal,
        onState: (state: LiveState) => void states.push(state),
      }
      for await (const item of orchestra.usage.live({ tool: 'echo' }, options)) {
        expect(item.kind).toBe('usage')
        if (item.kind === 'usage') seen.push(item.event.id)
      }
    })()
    await expect.poll(() => states.at(-1)).toBe('open')
    const before = await echo(orchestra, 'before')
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual([before.receipt?.eventId])
    const controlPlane = platform.processes().find(({ name }) => name === 'control-plane')
    process.kill(controlPlane?.pid ?? 0, 'SIGKILL')
    const after = await Promise.all(['a', 'b', 'c'].map((message) => echo(orchestra, message)))
    await expect.poll(() => states, { timeout: 20_000 }).toContain('lost')
    const ids = [before, ...after].map(({ receipt }) => receipt?.eventId)
    await expect.poll(() => new Set(seen), { timeout: 60_000 }).toEqual(new Set(ids))
    expect(seen).toHaveLength(ids.length)
    leave.abort()
    await following
    await orchestra.close()
  })

  test('sees the prices in force', async () => {
    const { orchestra } = await signIn()
    const prices = await orchestra.prices.current('everything', { tool: 'echo' }).all()
    expect(prices.map(({ price }) => price.display)).toEqual(['0.001 USD'])
  })
})

async function callKey(): Promise<{ secret: string; endpoint: string }> {
  const { controlPlane } = platform.urls
  const response = await fetch(`${controlPlane}/v1/servers/everything/call-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.apiKey}` },
  })
  return (await response.json()) as { secret: string; endpoint: string }
}
