import {
  verifyReceipt,
  createOrchestra,
  type Orchestra,
  type SignedReceipt,
} from '@mcp-orchestra/sdk'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform, type StartedPlatform } from '../../src/index.ts'

const CLI = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))
const GUIDE = new URL('../../../../docs/guides/receipts.md', import.meta.url)

type Ended = { readonly code: number; readonly out: string; readonly err: string }

let platform: StartedPlatform
let payer: Orchestra
let folder: string
let receipt: SignedReceipt
beforeAll(async () => {
  platform = await startPlatform({ demo: true })
  payer = createOrchestra({
    baseUrl: platform.urls.controlPlane,
    apiKey: platform.payer?.apiKey ?? '',
  })
  folder = await mkdtemp(join(tmpdir(), 'receipts-'))
  // The gateway has seen a list of tools before the call, as every client asks for one.
  await payer.hub.routeRequest({ server: 'everything', method: 'tools/list', params: {} })
  const { receipt: short } = await payer.hub.routeRequest({
    server: 'everything',
    params: { name: 'echo', arguments: { message: 'a proven call' } },
  })
  receipt = await untilPosted(short?.eventId ?? '')
  const keys = await payer.receipts.keys()
  await writeFile(join(folder, 'receipt.json'), JSON.stringify(receipt))
  await writeFile(join(folder, 'keys.json'), JSON.stringify(keys))
}, 120_000)
afterAll(async () => {
  await payer.close()
  await platform.stop()
  await rm(folder, { recursive: true })
})

/** The live stream tells of a call as soon as it is posted. */
async function untilPosted(eventId: string): Promise<SignedReceipt> {
  for await (const item of payer.usage.live({ side: 'payer' })) {
    if (item.kind === 'usage' && item.event.id === eventId) break
    if ((await payer.usage.list().all()).some(({ id }) => id === eventId)) break
  }
  return payer.receipts.get(eventId)
}

function run(file: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], ...env }, cwd: folder }
    execFile(file, args, options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, out, err })
    })
  })
}

/** Where there is no platform: no address, no key, no data directory. */
const alone = (...args: string[]) => run(process.execPath, [CLI, ...args], {})
const here = (...args: string[]) =>
  run(process.execPath, [CLI, ...args], { ORCHESTRA_DATA_DIR: platform.dataDir })

describe('the receipt of a call that went through the gateway', () => {
  test('verifies by the published keys, and names the definition that its server listed', async () => {
    expect(await verifyReceipt(receipt, await payer.receipts.keys())).toMatchObject({
      verified: true,
      receipt: {
        tool: 'echo',
        amount: '1000000000000000',
        toolHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        issuer: platform.urls.controlPlane,
      },
    })
  })

  test('is canonical as it comes over the wire', async () => {
    const { eventId } = receipt.receipt
    const answer = await fetch(`${platform.urls.controlPlane}/v1/usage/${eventId}/receipt`, {
      headers: { authorization: `Bearer ${platform.payer?.apiKey ?? ''}` },
    })
    const keys = await payer.receipts.keys()
    expect(await verifyReceipt(await answer.text(), keys)).toMatchObject({ verified: true })
  })

  test('the key set is open to everybody, may be kept for minutes, and holds no private half', async () => {
    const answer = await fetch(
      `${platform.urls.controlPlane}/.well-known/mcp-orchestra/receipt-keys.json`,
    )
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    const { keys } = (await answer.json()) as { keys: Record<string, unknown>[] }
    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  })

  test('is got, listed and verified on the command line; verifying asks nobody', async () => {
    const { eventId } = receipt.receipt
    expect(await here('receipt', 'get', eventId, '--out', 'got.json')).toMatchObject({ code: 0 })
    expect(await here('receipt', 'keys', '--out', 'got-keys.json')).toMatchObject({ code: 0 })
    expect(await here('receipt', 'list', '--out', 'all.jsonl')).toMatchObject({ code: 0 })
    const got = await alone('receipt', 'verify', 'got.json', '--keys', 'got-keys.json')
    expect(got).toEqual({ code: 0, out: `verified  ${eventId}  echo  0.001 USD\n`, err: '' })
    const all = await alone('receipt', 'verify', 'all.jsonl', '--keys', 'got-keys.json')
    expect(all.code).toBe(0)
    expect(all.out).toContain(eventId)
  })

  test('that was tampered with is told apart on the command line, by exit code 1', async () => {
    const text = await readFile(join(folder, 'receipt.json'), 'utf8')
    await writeFile(
      join(folder, 'forged.json'),
      text.replace('1000000000000000', '1000000000000001'),
    )
    const forged = await alone('receipt', 'verify', 'forged.json', '--keys', 'keys.json')
    expect(forged).toMatchObject({
      code: 1,
      out: expect.stringContaining('not verified') as unknown,
    })
    const missing = await alone('receipt', 'verify', 'none.json', '--keys', 'keys.json')
    expect(missing).toMatchObject({ code: 2 })
    const keyless = await alone('receipt', 'verify', 'receipt.json', '--keys', 'receipt.json')
    expect(keyless).toMatchObject({ code: 2 })
  })

  test('its definition hash is of what the server itself lists', async () => {
    const { result } = await payer.hub.routeRequest({
      server: 'everything',
      method: 'tools/list',
      params: {},
    })
    const tools = result['tools'] as Record<string, unknown>[]
    const { _meta: _price, ...echo } = tools.find(({ name }) => name === 'echo') ?? {}
    const hash = createHash('sha256').update(JSON.stringify(echo)).digest('hex')
    expect(hash).toBe(receipt.receipt.toolHash)
  })
})

describe('the guide’s own way to verify', () => {
  async function block(language: string): Promise<string> {
    const guide = await readFile(GUIDE, 'utf8')
    const found = guide.split(`\`\`\`${language} verify\n`)[1]?.split('```')[0]
    if (found === undefined) throw new Error(`the guide has no ${language} block`)
    return found
  }

  test('with jq and OpenSSL finds the signature good', async () => {
    const script = `set -euo pipefail\n${await block('sh')}`
    const good = await run('bash', ['-c', script], {})
    expect(good).toMatchObject({ code: 0, out: 'Signature Verified Successfully\n' })
    const forged = script.replaceAll('receipt.json', 'other.json')
    const text = JSON.stringify({ ...receipt, receipt: { ...receipt.receipt, tool: 'another' } })
    await writeFile(join(folder, 'other.json'), text)
    expect(await run('bash', ['-c', forged], {})).toMatchObject({ code: 1 })
  })

  test('with Node alone finds signature, place and sum good', async () => {
    await writeFile(join(folder, 'verify.mjs'), await block('js'))
    const { out } = await run(process.execPath, ['verify.mjs'], {})
    expect(out).toBe('{ isSigned: true, isMember: true, isWhole: true }\n')
  })
})
