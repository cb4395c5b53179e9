import type { Api } from '../api.ts'
import type { OfOrganization } from '../balance.ts'
import type { CallOptions } from '../deadline.ts'
import type { ReceiptKeys, SignedReceipt, SigningKey } from '../documents.ts'
import { onDemand } from '../on-demand.ts'
import { filterOf, listOf, type List, type PageOptions } from '../pages.ts'
import type { ReceiptVerdict } from './verify-receipt.ts'

/** Which calls' receipts. */
export type ReceiptFilter = {
  /** `payer`: calls that I paid for; `publisher`: calls of my servers; `any`: both. */
  readonly side?: 'payer' | 'publisher' | 'any'
  /** `srv_…` */
  readonly serverId?: string
  /** RFC 3339: calls at this moment or later. */
  readonly from?: string
  /** RFC 3339: calls before this moment. */
  readonly to?: string
}

/** `orchestra.receipts`: calls as the platform vouches for them, for whoever must prove one to a third. */
export type Receipts = {
  /** Of one call, by its usage event. */
  get(eventId: string, options?: CallOptions): Promise<SignedReceipt>
  /** Newest first. */
  list(options?: PageOptions & OfOrganization & ReceiptFilter): List<SignedReceipt>
  /** The public keys: keep a copy, and receipts can be verified without the platform. */
  keys(options?: CallOptions): Promise<ReceiptKeys>
  /**
   * Checks a receipt, or the text of one, against keys that are kept; asks nobody. Needs WebCrypto with Ed25519:
   * Node 20 and later, browsers of 2025 and later on a secure page.
   */
  verify(document: string | SignedReceipt, keys: ReceiptKeys): Promise<ReceiptVerdict>
  /** Signing keys and their states; operators only. */
  signingKeys(options?: CallOptions): Promise<SigningKey[]>
  /** Makes the next key, which signs a day later; operators only. */
  rotateKey(options?: CallOptions): Promise<SigningKey>
  /** Takes a key out of the published set: nothing that it signed verifies any more; operators only. */
  revokeKey(kid: string, options?: CallOptions): Promise<SigningKey>
}

/** Makes `orchestra.receipts`. */
export function createReceipts(api: Api): Receipts {
  const verifier = onDemand(() => import('./verify-receipt.ts'))
  return {
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/usage/{id}/receipt', { params: { path: { id } }, signal }),
      ),
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/receipts', { params: { query }, signal }),
        )
      }),
    keys: (options) =>
      api.send(options, (client, signal) =>
        client.GET('/.well-known/mcp-orchestra/receipt-keys.json', { signal }),
      ),
    verify: async (document, keys) => (await verifier.get()).verifyReceipt(document, keys),
    signingKeys: async (options) =>
      (await api.send(options, (client, signal) => client.GET('/v1/signing-keys', { signal })))
        .items,
    rotateKey: (options) =>
      api.send(options, (client, signal) => client.POST('/v1/signing-keys', { signal })),
    revokeKey: (kid, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/signing-keys/{kid}/revoke', { params: { path: { kid } }, signal }),
      ),
  }
}
