import { LINK_PATHS } from '@mcp-orchestra/api/gateway-link'
import { Problem } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createControlPlaneLink, type ControlPlaneLink } from './link.ts'
import { startScriptedControlPlane, TEST_SECRET, type ScriptedControlPlane } from './testing.ts'

let plane: ScriptedControlPlane
let link: ControlPlaneLink

const linkTo = (url: string, secret = TEST_SECRET): ControlPlaneLink =>
  createControlPlaneLink({ url, secret, incarnationId: 'inc_test' })

beforeEach(async () => {
  plane = await startScriptedControlPlane()
  link = linkTo(plane.url)
})

afterEach(async () => {
  await link.close()
  await plane.stop()
})

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (failure) {
    return failure instanceof Problem ? failure.code : String(failure)
  }
}

test('what arrives is parsed: an answer of another shape is refused, not passed on', async () => {
  expect(await link.head()).toEqual({ version: 0, epoch: 1 })
  plane.answer(LINK_PATHS.head, (response) => response.end('{"version":"one"}'))
  expect(await codeOf(link.head())).toBe('link.garbled')
  plane.answer(LINK_PATHS.head, (response) => response.end('<html>'))
  expect(await codeOf(link.head())).toBe('link.garbled')
})

test('a wrong secret is a refusal and is not tried again', async () => {
  const stranger = linkTo(plane.url, 'wrong')
  expect(await codeOf(stranger.head())).toBe('link.refused')
  expect(plane.headAsks).toBe(0)
  await stranger.close()
})

test('a fault that passes is tried again and not seen by the caller', async () => {
  let failures = 0
  plane.answer(LINK_PATHS.head, (response) => {
    failures += 1
    if (failures === 1) response.destroy()
    else if (failures === 2) response.writeHead(503).end()
    else response.end('{"version":7,"epoch":1}')
  })
  expect(await link.head()).toEqual({ version: 7, epoch: 1 })
})

test('a control plane that is away is told as unreachable, with the code for MCP', async () => {
  await plane.stop()
  const away = linkTo(plane.url)
  await expect(away.head()).rejects.toMatchObject({
    code: 'link.unreachable',
    kind: { rpcCode: 503001 },
  })
  await away.close()
  plane = await startScriptedControlPlane()
})

test('the stream yields whole messages however the bytes are cut', async () => {
  const text = `${JSON.stringify({ type: 'heartbeat', version: 1, epoch: 1 })}\n`.repeat(2)
  plane.answer(LINK_PATHS.snapshot, (response) => {
    for (const char of text) response.write(char)
    response.end()
  })
  const types: string[] = []
  for await (const { type } of link.followSnapshot(0, new AbortController().signal))
    types.push(type)
  expect(types).toEqual(['heartbeat', 'heartbeat'])
})
