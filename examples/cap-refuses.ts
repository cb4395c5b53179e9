/**
 * A hard cap stops spending before a call runs, however much money there is. Needs the demo's servers.
 * Run: ORCHESTRA_API_KEY=$(cat .orchestra/secrets/operator-key) node examples/cap-refuses.ts
 */
import assert from 'node:assert/strict'
import { OrchestraProblem } from '@mcp-orchestra/sdk'
import { foundOrganization, fromEnvironment, type Platform } from './platform.ts'

/** JSON-RPC code of "over a cap" (architecture §10). */
const RPC_CAP_EXCEEDED = 402_002

/** Caps a payer at two calls a day and makes three; returns how many were served. */
export async function capRefuses(platform: Platform): Promise<number> {
  const { client } = await foundOrganization(platform, 'Example payer', '1')
  await client.caps.create({ window: 'day', usd: '0.002' })
  const call = () =>
    client.hub.routeRequest({
      server: 'everything',
      params: { name: 'echo', arguments: { message: 'again' } },
    })
  let served = 0
  try {
    for (; served < 3; served += 1) await call()
  } catch (error) {
    assert.ok(error instanceof OrchestraProblem)
    assert.equal(error.rpcCode, RPC_CAP_EXCEEDED)
  }
  assert.equal(served, 2)
  await client.close()
  return served
}

if (import.meta.main) {
  const served = await capRefuses(fromEnvironment())
  process.stdout.write(`${served} calls served, the next one refused\n`)
}
