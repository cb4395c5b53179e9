import type { MandateEntity } from '@mcp-orchestra/api/snapshot'
import type { ScopePath } from './cap-index.ts'

/** Mandates by who has them. */
export interface MandateIndex {
  put(id: string, mandate: MandateEntity | undefined): void
  byId(id: string): MandateEntity | undefined
  /** Those of the key and of its agent, ended ones too: whoever has any buys under one or not at all. */
  of(path: ScopePath): readonly MandateEntity[]
}

const NOBODYS: readonly MandateEntity[] = []

/** An index without mandates. */
export function createMandateIndex(): MandateIndex {
  const mandates = new Map<string, MandateEntity>()
  const byPrincipal = new Map<string, Map<string, MandateEntity>>()
  return {
    put(id, mandate) {
      const before = mandates.get(id)
      if (before !== undefined) {
        const members = byPrincipal.get(before.principal.id)
        members?.delete(id)
        if (members?.size === 0) byPrincipal.delete(before.principal.id)
      }
      mandates.delete(id)
      if (mandate === undefined) return
      mandates.set(id, mandate)
      const members = byPrincipal.get(mandate.principal.id) ?? new Map<string, MandateEntity>()
      byPrincipal.set(mandate.principal.id, members.set(id, mandate))
    },
    byId: (id) => mandates.get(id),
    of({ keyId, agentId }) {
      const ofKey = byPrincipal.get(keyId)
      const ofAgent = agentId === undefined ? undefined : byPrincipal.get(agentId)
      if (ofKey === undefined && ofAgent === undefined) return NOBODYS
      return [...(ofKey?.values() ?? []), ...(ofAgent?.values() ?? [])]
    },
  }
}
