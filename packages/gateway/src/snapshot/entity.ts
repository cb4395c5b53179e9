import {
  CapEntity,
  ConnectionEntity,
  GatewayEntity,
  KeyEntity,
  MandateEntity,
  OrganizationEntity,
  PriceEntity,
  ServerEntity,
  SettingsEntity,
  StopEntity,
  type SnapshotBody,
  type SnapshotChange,
} from '@mcp-orchestra/api/snapshot'
import { unreachable } from '@mcp-orchestra/kernel'
import type { z } from 'zod'

/** A change whose body has been parsed; undefined removes. */
export type EntityChange =
  | { readonly kind: 'server'; readonly id: string; readonly body: ServerEntity | undefined }
  | { readonly kind: 'price'; readonly id: string; readonly body: PriceEntity | undefined }
  | { readonly kind: 'key'; readonly id: string; readonly body: KeyEntity | undefined }
  | { readonly kind: 'cap'; readonly id: string; readonly body: CapEntity | undefined }
  | { readonly kind: 'stop'; readonly id: string; readonly body: StopEntity | undefined }
  | { readonly kind: 'mandate'; readonly id: string; readonly body: MandateEntity | undefined }
  | {
      readonly kind: 'organization'
      readonly id: string
      readonly body: SnapshotBody<'organization'> | undefined
    }
  | {
      readonly kind: 'gateway'
      readonly id: string
      readonly body: SnapshotBody<'gateway'> | undefined
    }
  | {
      readonly kind: 'connection'
      readonly id: string
      readonly body: ConnectionEntity | undefined
    }
  | { readonly kind: 'settings'; readonly id: string; readonly body: SettingsEntity | undefined }

/** Told of a body that this gateway cannot read (a newer control plane, say). */
export type OnUnreadable = (change: SnapshotChange, cause: unknown) => void

/**
 * Parses a change. A body that cannot be read removes the entity: an unreadable key or server is denied,
 * never guessed.
 */
export function parseChange(change: SnapshotChange, onUnreadable: OnUnreadable): EntityChange {
  const { kind, id } = change
  const read = <T extends z.ZodType>(schema: T): z.infer<T> | undefined => {
    if (change.body === null) return undefined
    const parsed = schema.safeParse(change.body)
    if (parsed.success) return parsed.data
    onUnreadable(change, parsed.error)
    return undefined
  }
  switch (kind) {
    case 'server':
      return { kind, id, body: read(ServerEntity) }
    case 'price':
      return { kind, id, body: read(PriceEntity) }
    case 'key':
      return { kind, id, body: read(KeyEntity) }
    case 'cap':
      return { kind, id, body: read(CapEntity) }
    case 'stop':
      return { kind, id, body: read(StopEntity) }
    case 'mandate':
      return { kind, id, body: read(MandateEntity) }
    case 'organization':
      return { kind, id, body: read(OrganizationEntity) }
    case 'gateway':
      return { kind, id, body: read(GatewayEntity) }
    case 'connection':
      return { kind, id, body: read(ConnectionEntity) }
    case 'settings':
      return { kind, id, body: read(SettingsEntity) }
    default:
      return unreachable(kind)
  }
}
