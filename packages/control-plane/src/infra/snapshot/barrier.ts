import type { SnapshotBarrier } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'

/** A mutation waits this long for gateways, in ms, then names those that are missing (spending §7.21). */
export const BARRIER_WAIT_MS = 1_000

/** The barrier, and how the publisher tells it who is there and how far. */
export interface Barrier extends SnapshotBarrier {
  join(incarnationId: string, gateway: string, version: number): void
  leave(incarnationId: string): void
  acknowledge(incarnationId: string, version: number): void
  acknowledged(incarnationId: string): number
}

/** Knows the connected processes and the version that each has applied. */
export function createBarrier(clock: Clock, waitMs: number = BARRIER_WAIT_MS): Barrier {
  const members = new Map<string, { readonly gateway: string; version: number }>()
  const waiting = new Set<() => void>()

  function pendingFor(version: number): string[] {
    const behind = [...members.values()].filter((member) => member.version < version)
    return [...new Set(behind.map(({ gateway }) => gateway))].toSorted()
  }

  function wake(): void {
    for (const look of waiting) look()
  }

  return {
    join(incarnationId, gateway, version) {
      members.set(incarnationId, { gateway, version })
    },
    leave(incarnationId) {
      members.delete(incarnationId)
      wake()
    },
    acknowledge(incarnationId, version) {
      const member = members.get(incarnationId)
      if (member === undefined) return
      member.version = Math.max(member.version, version)
      wake()
    },
    acknowledged: (incarnationId) => members.get(incarnationId)?.version ?? 0,
    async reached(version) {
      const deadlineMs = clock.monotonicMs() + waitMs
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, waitMs)
        function done(): void {
          clearTimeout(timer)
          waiting.delete(look)
          resolve()
        }
        function look(): void {
          if (pendingFor(version).length === 0 || clock.monotonicMs() >= deadlineMs) done()
        }
        waiting.add(look)
        look()
      })
      return { snapshotVersion: version, pendingGateways: pendingFor(version) }
    },
  }
}
