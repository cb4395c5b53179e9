import type {
  CapEntity,
  ConnectionEntity,
  KeyEntity,
  MandateEntity,
  PriceEntity,
  ServerEntity,
  SettingsEntity,
  StopEntity,
} from '@mcp-orchestra/api/snapshot'
import type { ScopePath } from './cap-index.ts'

/** The gateway's view of the control plane's truth: look-ups in memory, never a wait (architecture §3). */
export interface SnapshotReplica {
  readonly version: number
  readonly epoch: number
  settings(): SettingsEntity | undefined
  serverByAlias(alias: string): ServerEntity | undefined
  serverById(id: string): ServerEntity | undefined
  /** All servers, ordered by alias: lists are pure functions of authorization and configuration. */
  servers(): readonly ServerEntity[]
  keyByDigest(digest: string): KeyEntity | undefined
  /** A key by its id: undefined once it was revoked. */
  keyById(id: string): KeyEntity | undefined
  organizationActive(id: string): boolean
  /** The price version in force now; undefined or a zero amount means free. */
  priceOf(serverId: string, tool: string): PriceEntity | undefined
  /** A version of a price by its number: what was agreed on may no longer be in force (spending §3.11). */
  priceAt(serverId: string, tool: string, version: number): PriceEntity | undefined
  /** Hard caps on the scope path of a call, sorted by id. */
  capsOf(path: ScopePath): readonly CapEntity[]
  /** A stop of spending that binds a call on this path to this server. */
  stopOf(path: ScopePath, serverId: string): StopEntity | undefined
  stopById(id: string): StopEntity | undefined
  /** Mandates of the key and of its agent, ended ones too. */
  mandatesOf(path: ScopePath): readonly MandateEntity[]
  mandateById(id: string): MandateEntity | undefined
  /** That a member or an organization has a token for a server. */
  connectionOf(serverId: string, holderId: string): ConnectionEntity | undefined
  connectionById(id: string): ConnectionEntity | undefined
  /** Gateway slots, sorted by id. */
  gateways(): readonly { readonly id: string; readonly internalUrl: string }[]
  /** Milliseconds since the control plane was last heard (monotonic); 0 while connected. */
  staleMs(): number
  /**
   * Brings the replica up to the control plane's head, or gives up after a second: one coalesced ask
   * (spending §7.21). True when the replica is at least at the head that was asked for.
   */
  refresh(): Promise<boolean>
  /** Told after each applied change: revocations abort calls within a second (spending §7.20). */
  onChange(listener: (change: { kind: string; id: string }) => void): void
}
