import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import { REVISION_2026_07_28 } from '../../protocol/rev-2026-07-28/codec.ts'
import { relayableExtensions } from './extensions.ts'
import { META_SERVER_INFO } from './modern-answer.ts'
import { TASKS_EXTENSION } from './tasks/task-words.ts'

/** Capabilities that have another form, or none, in the modern era. */
const GONE: ReadonlySet<string> = new Set(['tasks', 'extensions'])

/** What a server offers, as its `initialize` result says: by capability, the raw texts of its flags. */
export type Offers = {
  readonly listChanged: (capability: 'tools' | 'prompts' | 'resources') => boolean
  readonly subscribe: boolean
  /** Whether tools can be called as tasks. */
  readonly taskCalls: boolean
  /** Whether there is such a capability at all. */
  readonly has: (capability: string) => boolean
}

/** The result of `server/discover` for a legacy server (MCP 2026-07-28): its own words, and only what is relayed. */
export function discoverResult(initializeText: string): string {
  const greeting = scanObject(initializeText)
  const raw = (key: string): string | undefined => {
    const member = memberOf(greeting, key)
    return member === undefined ? undefined : textOf(initializeText, member.value)
  }
  const instructions = raw('instructions')
  const info = raw('serverInfo')
  const members = [
    '"resultType":"complete"',
    `"supportedVersions":["${REVISION_2026_07_28}"]`,
    `"capabilities":${capabilitiesText(initializeText, greeting)}`,
    ...(instructions === undefined ? [] : [`"instructions":${instructions}`]),
    '"ttlMs":0',
    '"cacheScope":"private"',
    ...(info === undefined ? [] : [`"_meta":{"${META_SERVER_INFO}":${info}}`]),
  ]
  return `{${members.join(',')}}`
}

/** Reads what changes a server tells of. */
export function offersOf(initializeText: string): Offers {
  const capabilities = objectAt(initializeText, scanObject(initializeText), 'capabilities')
  const isTrue = (capability: string, flag: string): boolean => {
    const member = memberOf(objectAt(initializeText, capabilities, capability), flag)
    return member !== undefined && textOf(initializeText, member.value) === 'true'
  }
  return {
    listChanged: (capability) => isTrue(capability, 'listChanged'),
    subscribe: isTrue('resources', 'subscribe'),
    taskCalls: runsTasks(initializeText, capabilities),
    has: (capability) => memberOf(capabilities, capability) !== undefined,
  }
}

function capabilitiesText(text: string, greeting: ScannedObject | undefined): string {
  const capabilities = objectAt(text, greeting, 'capabilities')
  const kept = (capabilities?.members ?? []).filter(({ key }) => !GONE.has(key))
  const members = kept.map(({ key, value }) => `${JSON.stringify(key)}:${textOf(text, value)}`)
  const extensions = relayableExtensions(text, capabilities) ?? '{}'
  // The tasks of 2025-11-25 are shown as the extension, whose methods are translated.
  const shown = runsTasks(text, capabilities) ? withTasks(extensions) : extensions
  if (shown !== '{}') members.push(`"extensions":${shown}`)
  return `{${members.join(',')}}`
}

/** Whether a server takes tool calls as tasks (MCP 2025-11-25, tasks capability). */
function runsTasks(text: string, capabilities: ScannedObject | undefined): boolean {
  const requests = objectAt(text, objectAt(text, capabilities, 'tasks'), 'requests')
  return memberOf(objectAt(text, requests, 'tools'), 'call') !== undefined
}

function withTasks(extensionsText: string): string {
  const extensions = scanObject(extensionsText)
  if (extensions === undefined) return extensionsText
  const set = new Map([[TASKS_EXTENSION, '{}']])
  return splice(extensionsText, editObject(extensions, { set }))
}

function objectAt(
  text: string,
  object: ScannedObject | undefined,
  key: string,
): ScannedObject | undefined {
  const member = memberOf(object, key)
  return member === undefined ? undefined : scanObject(text, member.value.start)
}
