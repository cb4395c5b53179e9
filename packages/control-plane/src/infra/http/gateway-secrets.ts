import { createHash, timingSafeEqual } from 'node:crypto'
import type { AuthenticateGateway } from '@mcp-orchestra/api/gateway-principal'
import { refuse } from './problems.ts'

const BEARER = /^Bearer ([\x21-\x7e]{16,512})$/i

/**
 * Tells which gateway slot speaks by its secret. Compares digests of equal length, with every slot, in
 * constant time: neither the secret nor the number of the slot shows in how long it takes.
 */
export function createGatewayAuthenticator(
  slots: readonly { readonly name: string; readonly secret: string }[],
): AuthenticateGateway {
  const known = slots.map(({ name, secret }) => ({ name, digest: digestOf(secret) }))
  return (request) => {
    const token = BEARER.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
    const digest = digestOf(token)
    let gateway: string | undefined
    for (const slot of known) if (timingSafeEqual(slot.digest, digest)) gateway = slot.name
    if (gateway === undefined) return Promise.reject(refuse('request.gateway_unknown'))
    return Promise.resolve({ gateway })
  }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
