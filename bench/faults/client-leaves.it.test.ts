import { connect } from 'node:net'
import { createOrchestra } from '@mcp-orchestra/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPlatform, type StartedPlatform } from '../../packages/platform/src/index.ts'
import { callTarget, type CallTarget } from '../load/call-target.ts'
import { startUpstream, type Upstream } from '../upstream/start-upstream.ts'
import { TOOLS } from '../upstream/message.ts'

/** More than the gateway's sockets to one server: if a client that left kept one, the last would get none. */
const LEAVING = 1_200
/** Clients that are there at once. */
const AT_ONCE = 24
/** Connections of those who left are gone within this, in milliseconds. */
const GONE_WITHIN_MS = 10_000

let endless: Upstream
let healthy: Upstream
let platform: StartedPlatform
let apiKey: string

beforeAll(async () => {
  endless = await startUpstream(1, 'endless')
  healthy = await startUpstream(1)
  platform = await startPlatform()
  const operator = createOrchestra({
    baseUrl: platform.urls.controlPlane,
    apiKey: platform.apiKey,
  })
  for (const [alias, { url }] of Object.entries({ endless, healthy })) {
    const transport = { kind: 'http', url } as const
    await operator.hub.registerMCP({ alias, transport, protocol: 'MCP-v2', visibility: 'everyone' })
  }
  const issued = await operator.users.issueAPIKey('organization', ['tools:call'], {
    name: 'leaving',
    ratePerMinute: 1_000_000,
  })
  apiKey = issued.secret
})
afterAll(async () => {
  await platform.stop()
  await endless.stop()
  await healthy.stop()
})

function targetAt(alias: string): CallTarget {
  const url = `${platform.urls.gateway}/s/${alias}/mcp`
  return callTarget({ url, apiKey, tool: TOOLS.free, era: 'modern', progressToken: 7 })
}

/** Sends a call and resolves with what has come when `isEnough` says so; then the client is gone. */
function callUntil(target: CallTarget, isEnough: (text: string) => boolean): Promise<string> {
  const { hostname, port } = new URL(target.url)
  const [request] = target.requests
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${request?.before ?? ''}1000000${request?.after ?? ''}`)
    })
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (!isEnough(text)) return
      // Gone without a goodbye, in the middle of the stream.
      socket.resetAndDestroy()
      resolve(text)
    })
    socket.on('close', () => reject(new Error(`the gateway closed the stream: ${text}`)))
  })
}

async function openStreams(): Promise<number> {
  const answer = await fetch(new URL('/counts', endless.url))
  return ((await answer.json()) as { streams: number }).streams
}

test('clients that leave in the middle of a stream end the upstream calls, and never the gateway', async () => {
  const before = platform.processes()
  const target = targetAt('endless')
  for (let left = 0; left < LEAVING; left += AT_ONCE) {
    const leaving = Array.from({ length: AT_ONCE }, () =>
      callUntil(target, (text) => text.includes('notifications/progress')),
    )
    await Promise.all(leaving)
  }
  await expect.poll(openStreams, { timeout: GONE_WITHIN_MS }).toBe(0)
  const answer = await callUntil(targetAt('healthy'), (text) => text.includes('"result"'))
  expect(answer).toMatch(/^HTTP\/1\.1 200/)
  expect(platform.processes()).toEqual(before)
})
