/**
 * The connection breaks after a paid call has run: the SDK asks again with the same idempotency key,
 * gets the stored answer, and the payer pays once. Needs the demo's servers.
 * Run: ORCHESTRA_API_KEY=$(cat .orchestra/secrets/operator-key) node examples/paid-call-retried.ts
 */
import assert from 'node:assert/strict'
import { foundOrganization, fromEnvironment, type Platform } from './platform.ts'

/** Loses the first answer to a tool call, after the gateway has sent it. */
function unluckyNetwork(): typeof fetch {
  let lost = false
  return async (input, init) => {
    const response = await fetch(input, init)
    const isCall = typeof init?.body === 'string' && init.body.includes('"tools/call"')
    if (lost || !isCall) return response
    lost = true
    await response.arrayBuffer()
    throw new TypeError('fetch failed', {
      cause: Object.assign(new Error('lost'), { code: 'ECONNRESET' }),
    })
  }
}

/** Calls a paid tool over a network that loses the answer; returns how often it was asked. */
export async function paidCallRetried(platform: Platform): Promise<number> {
  const payer = await foundOrganization(platform, 'Example payer', '1')
  const client = platform.connect(payer.apiKey, { fetch: unluckyNetwork() })
  const { result, receipt, attempts } = await client.hub.routeRequest({
    server: 'everything',
    params: { name: 'echo', arguments: { message: 'once' } },
  })
  assert.deepEqual(result['content'], [{ type: 'text', text: 'Echo: once' }])
  assert.equal(attempts, 2)
  assert.equal(receipt?.repeated, true)

  // What the gateway has not leased and what it has: together a dollar less one call.
  const { available, leased } = await payer.client.balance.get()
  const rest = BigInt(available.amount) + BigInt(leased.amount)
  assert.ok(rest >= 999_000_000_000_000_000n, `paid more than once: ${rest} atto-USD are left`)
  await client.close()
  return attempts
}

if (import.meta.main) {
  const attempts = await paidCallRetried(fromEnvironment())
  process.stdout.write(`asked ${attempts} times, paid once\n`)
}
