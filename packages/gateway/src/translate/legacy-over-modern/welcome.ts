import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import { editObject, splice, type Edit } from '../../protocol/json/splice.ts'
import { LEGACY_NEWEST, legacyCodecOf } from '../../protocol/revisions.ts'
import { LIST_CHANGES } from '../../route/aggregate/subscriptions/filter.ts'
import type { ModernOffer } from '../../upstream/upstream.ts'
import { objectIn, withoutTasks } from './client-words.ts'

/** The `_meta` key under which modern results name the server (MCP 2026-07-28). */
export const META_SERVER_INFO = 'io.modelcontextprotocol/serverInfo'

/** A legacy greeting made of a modern one, and what it offers: lists as bits of {@link LIST_CHANGES}. */
export type Welcome = { readonly resultText: string; readonly offer: ModernOffer }

const NOT_LEGACY = new Set(['resultType', 'supportedVersions', 'ttlMs', 'cacheScope'])

/**
 * The `initialize` result for a `server/discover` result: the client's revision where it is one of ours, else our
 * newest legacy one; capabilities but tasks, which are another protocol there; the rest byte for byte.
 */
export function welcomeOf(
  discovered: string,
  requested: string | undefined,
  server: ServerEntity,
): Welcome {
  const result = scanObject(discovered)
  if (result === undefined) return welcomeOf('{}', requested, server)
  const capabilities = objectIn(discovered, result, 'capabilities')
  const meta = objectIn(discovered, result, '_meta')
  const { revision } = legacyCodecOf(requested) ?? LEGACY_NEWEST
  const set = new Map([
    ['protocolVersion', JSON.stringify(revision)],
    ['capabilities', capabilitiesText(discovered, capabilities)],
    ['serverInfo', serverInfoText(discovered, meta, server)],
  ])
  const edits = resultEdits(result, meta, NOT_LEGACY, set)
  return { resultText: splice(discovered, edits), offer: offerIn(discovered, capabilities) }
}

/** The edits that change a result's members and take the server's name, which modern results carry, out of its `_meta`. */
export function resultEdits(
  result: ScannedObject,
  meta: ScannedObject | undefined,
  remove: ReadonlySet<string>,
  set: ReadonlyMap<string, string> = new Map(),
): Edit[] {
  const named = memberOf(meta, META_SERVER_INFO) !== undefined
  const isOnlyName = named && meta?.members.length === 1
  const gone = isOnlyName ? new Set([...remove, '_meta']) : remove
  const edits = editObject(result, { set, remove: gone })
  if (meta !== undefined && named && !isOnlyName)
    edits.push(...editObject(meta, { remove: new Set([META_SERVER_INFO]) }))
  return edits
}

function capabilitiesText(text: string, capabilities: ScannedObject | undefined): string {
  if (capabilities === undefined) return '{}'
  const own = textOf(text, capabilities.span)
  const object = scanObject(own)
  if (object === undefined) return '{}'
  const extensions = objectIn(own, object, 'extensions')
  const set = new Map(
    extensions === undefined
      ? []
      : [['extensions', withoutTasks(textOf(own, extensions.span))] as const],
  )
  return splice(own, editObject(object, { set, remove: new Set(['tasks']) }))
}

/** A legacy result has to name its server; one that does not name itself has the name that it is registered by. */
function serverInfoText(
  text: string,
  meta: ScannedObject | undefined,
  { name }: ServerEntity,
): string {
  const info = objectIn(text, meta, META_SERVER_INFO)
  const isWhole = ['name', 'version'].every(
    (key) => stringAt(text, memberOf(info, key)?.value) !== undefined,
  )
  return info !== undefined && isWhole
    ? textOf(text, info.span)
    : JSON.stringify({ name, version: 'unknown' })
}

function offerIn(text: string, capabilities: ScannedObject | undefined): ModernOffer {
  const says = (capability: string, flag: string): boolean => {
    const member = memberOf(objectIn(text, capabilities, capability), flag)
    return member !== undefined && textOf(text, member.value) === 'true'
  }
  let lists = 0
  for (const { bit, capability } of LIST_CHANGES) if (says(capability, 'listChanged')) lists |= bit
  return {
    lists,
    subscribe: says('resources', 'subscribe'),
    logging: memberOf(capabilities, 'logging') !== undefined,
  }
}
