import type { Permission } from '@mcp-orchestra/sdk'
import type { NewKey } from '../../queries/keys.ts'

/** Ready sets of permissions. */
export const KEY_PRESETS = ['call', 'read', 'all', 'chosen'] as const
/** A ready set, or one's own choice. */
export type KeyPreset = (typeof KEY_PRESETS)[number]

/** Lives that a key may be given, in days; the API takes at most 366. */
export const KEY_DAYS = [1, 7, 30, 90, 180, 366] as const
const SECONDS_PER_DAY = 86_400
/** Characters of a name at most: what the API takes. */
const NAME_CHARS_MAX = 120

/** A key as it is typed into the form. */
export type KeyDraft = {
  readonly name: string
  readonly owner: 'me' | 'organization'
  readonly preset: KeyPreset
  /** Used when the preset is `chosen`. */
  readonly permissions: readonly Permission[]
  readonly everyServer: boolean
  /** Ids; used when not every server is meant. */
  readonly servers: readonly string[]
  readonly days: (typeof KEY_DAYS)[number]
}

/** What can be wrong with a key before the API is asked. */
export type KeyFault = 'name_required' | 'name_too_long' | 'no_permission' | 'no_server'

/** An empty form: a key that can only call tools, for ninety days. */
export const NEW_KEY: KeyDraft = {
  name: '',
  owner: 'me',
  preset: 'call',
  permissions: ['tools:call'],
  everyServer: true,
  servers: [],
  days: 90,
}

/** The permissions of a draft: never one that its maker does not hold. */
export function permissionsOf(
  { preset, permissions }: Pick<KeyDraft, 'preset' | 'permissions'>,
  mine: readonly Permission[],
): Permission[] {
  if (preset === 'call') return mine.filter((permission) => permission === 'tools:call')
  if (preset === 'read') return mine.filter((permission) => permission.endsWith(':read'))
  return preset === 'all'
    ? [...mine]
    : mine.filter((permission) => permissions.includes(permission))
}

/** What is wrong with a draft, by field; nothing when it can be sent. */
export function keyFaults(
  draft: KeyDraft,
  mine: readonly Permission[],
): { name?: KeyFault; permissions?: KeyFault; servers?: KeyFault } {
  const name = draft.name.trim()
  return {
    ...(name === '' ? { name: 'name_required' } : {}),
    ...(name.length > NAME_CHARS_MAX ? { name: 'name_too_long' } : {}),
    ...(permissionsOf(draft, mine).length === 0 ? { permissions: 'no_permission' } : {}),
    ...(!draft.everyServer && draft.servers.length === 0 ? { servers: 'no_server' } : {}),
  }
}

/** What to send; of a draft that {@link keyFaults} has nothing against. */
export function newKeyOf(draft: KeyDraft, mine: readonly Permission[]): NewKey {
  return {
    name: draft.name.trim(),
    owner: draft.owner,
    permissions: permissionsOf(draft, mine),
    allow: draft.everyServer
      ? [{ serverId: '*' }]
      : draft.servers.map((serverId) => ({ serverId })),
    expiresInSeconds: draft.days * SECONDS_PER_DAY,
  }
}
