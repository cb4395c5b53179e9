import type { SnapshotKind } from '@mcp-orchestra/api/snapshot'
import { z } from 'zod'
import type { Vault } from '../vault/vault.ts'

/** Kinds whose bodies hold secrets: headers and variables of servers, and the sealing key. */
const SECRET_KINDS: ReadonlySet<string> = new Set<SnapshotKind>(['server', 'settings'])

const SealedBody = z.object({ sealed: z.string() })
const PlainBody = z.record(z.string(), z.unknown())

/** How bodies of the snapshot rest in the database: as they are, or sealed when they hold secrets. */
export interface BodyCodec {
  /** JSON text for a `jsonb` column. */
  write(kind: SnapshotKind, id: string, body: object): string
  read(kind: string, id: string, stored: unknown): Record<string, unknown>
}

/** Seals under the vault, bound to the entity's kind and id. */
export function createBodyCodec(vault: Vault): BodyCodec {
  return {
    write(kind, id, body) {
      const text = JSON.stringify(body)
      if (!SECRET_KINDS.has(kind)) return text
      return JSON.stringify({ sealed: vault.seal(text, contextOf(kind, id)).toString('base64') })
    },
    read(kind, id, stored) {
      if (!SECRET_KINDS.has(kind)) return PlainBody.parse(stored)
      const { sealed } = SealedBody.parse(stored)
      return PlainBody.parse(
        JSON.parse(vault.open(Buffer.from(sealed, 'base64'), contextOf(kind, id))),
      )
    },
  }
}

function contextOf(kind: string, id: string): string {
  return `v1|snapshot|${kind}|${id}`
}
