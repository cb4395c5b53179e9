import type { ApiApp } from '@mcp-orchestra/api/http-app'
import {
  getReceiptKeys,
  listSigningKeys,
  revokeSigningKey,
  rotateSigningKey,
} from '@mcp-orchestra/api/routes/receipts'
import { toRfc3339 } from '@mcp-orchestra/kernel'
import type { SigningKeyStanding } from '../signing/signer.ts'
import type { PaymentsRoutes } from './wired.ts'

/** Copies of the public keys may be this old, in seconds: far less than a key is published ahead. */
const KEYS_FRESH_SECONDS = 300

/** The published keys, and what operators do with them. */
export function mountSigningKeys(app: ApiApp, { authorize, payments }: PaymentsRoutes): void {
  const { signer } = payments
  app.openapi(getReceiptKeys, async (context) => {
    const keys = await signer.publicKeys()
    context.header('cache-control', `public, max-age=${KEYS_FRESH_SECONDS}`)
    return context.json({ keys }, 200)
  })
  app.openapi(listSigningKeys, async (context) => {
    await authorize(context.req.raw, 'platform:operate')
    return context.json({ items: (await signer.list()).map(documentOf) }, 200)
  })
  app.openapi(rotateSigningKey, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    return context.json(documentOf(await signer.rotate(principal)), 201)
  })
  app.openapi(revokeSigningKey, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    return context.json(
      documentOf(await signer.revoke(principal, context.req.valid('param').kid)),
      200,
    )
  })
}

function documentOf({ kid, state, createdAt, signsFrom, revokedAt }: SigningKeyStanding) {
  return {
    kid,
    state,
    createdAt: toRfc3339(createdAt),
    signsFrom: toRfc3339(signsFrom),
    revokedAt: revokedAt === null ? null : toRfc3339(revokedAt),
  }
}
