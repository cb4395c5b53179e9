/**
 * A publisher puts a price on a server that it did not write, and is paid for a call.
 * Run: ORCHESTRA_API_KEY=$(cat .orchestra/secrets/operator-key) node examples/register-and-price.ts
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { formatMoney } from '@mcp-orchestra/sdk'
import { foundOrganization, fromEnvironment, type Platform } from './platform.ts'

const SERVER = '@modelcontextprotocol/server-sequential-thinking'

/** Registers a server, prices a tool, lets somebody call it, and looks at who earned what. */
export async function registerAndPrice(platform: Platform, alias: string): Promise<string> {
  const publisher = await foundOrganization(platform, 'Example publisher')
  const payer = await foundOrganization(platform, 'Example payer', '1')

  // Programs run on the operator's machine, so only an operator may name one.
  const manifest = createRequire(import.meta.url).resolve(`${SERVER}/package.json`)
  const connection = await platform.operator.hub.registerMCP({
    alias,
    transport: {
      kind: 'stdio',
      command: process.execPath,
      args: [join(dirname(manifest), 'dist/index.js')],
    },
    organizationId: publisher.id,
    visibility: 'everyone',
  })
  await publisher.client.prices.set(connection.id, 'sequentialthinking', '0.002')

  const thought = { thought: 'Why?', thoughtNumber: 1, totalThoughts: 1, nextThoughtNeeded: false }
  const { receipt } = await payer.client.hub.routeRequest({
    server: alias,
    params: { name: 'sequentialthinking', arguments: thought },
    maxChargeUsd: '0.002',
  })
  assert.ok(receipt?.charged)
  assert.equal(formatMoney(receipt.charged), '0.002 USD')
  await platform.operator.hub.removeServer(connection.id)
  await payer.client.close()
  return receipt.eventId
}

if (import.meta.main) {
  const eventId = await registerAndPrice(fromEnvironment(), 'example-thinking')
  process.stdout.write(`0.002 USD were paid for ${eventId}\n`)
}
