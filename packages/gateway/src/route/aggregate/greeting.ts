import { z } from 'zod'
import type { ClientEra } from '../endpoint.ts'

/** What a server said of itself when it was greeted (`initialize` or `server/discover`). */
export type Greeting = {
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly instructions: string | undefined
}

const Result = z.object({
  capabilities: z.record(z.string(), z.unknown()).catch({}),
  instructions: z.string().optional().catch(undefined),
})

/** Reads the result of a greeting; a server that says nothing usable offers nothing. */
export function readGreeting(resultText: string): Greeting {
  const parsed = Result.safeParse(JSON.parse(resultText))
  if (!parsed.success) return { capabilities: {}, instructions: undefined }
  return { capabilities: parsed.data.capabilities, instructions: parsed.data.instructions }
}

/** MCP Apps (SEP-1865): tools with user interfaces under `ui://`. */
export const EXTENSION_UI = 'io.modelcontextprotocol/ui'
/** Skills (SEP-2640): `skills/list`, `skills/get`, `resources/directory/read`. */
export const EXTENSION_SKILLS = 'io.modelcontextprotocol/skills'
/** Tasks (SEP-2663): a handle says at which server one was begun. */
export const EXTENSION_TASKS = 'io.modelcontextprotocol/tasks'

/** Capabilities of a server that the aggregate relays. */
const RELAYED = ['tools', 'prompts', 'resources', 'completions', 'logging'] as const
/** Extensions whose methods and metadata the aggregate relays, by era; of any other one it must not speak. */
const RELAYED_EXTENSIONS: Readonly<Record<ClientEra, readonly string[]>> = {
  legacy: [EXTENSION_UI, EXTENSION_SKILLS],
  modern: [EXTENSION_UI, EXTENSION_SKILLS, EXTENSION_TASKS],
}

/** Capabilities as an aggregate declares them. */
export type OfferedCapabilities = Readonly<Record<string, object>>

/** A declared capability; undefined when it is not one. */
export function capabilityOf(
  capabilities: Readonly<Record<string, unknown>>,
  name: string,
): object | undefined {
  const declared = capabilities[name]
  return typeof declared === 'object' && declared !== null ? declared : undefined
}

/** The settings with which an extension is declared (SEP-2133); undefined when it is not. */
export function extensionOf(
  capabilities: Readonly<Record<string, unknown>>,
  id: string,
): object | undefined {
  const extensions = capabilityOf(capabilities, 'extensions')
  const settings: unknown = extensions === undefined ? undefined : Reflect.get(extensions, id)
  return typeof settings === 'object' && settings !== null ? settings : undefined
}

/** What the aggregate can offer: what any upstream offers, restricted to what is relayed. */
export function unionOfCapabilities(
  offers: readonly Readonly<Record<string, unknown>>[],
  era: ClientEra,
): OfferedCapabilities {
  const union: Record<string, object> = {}
  for (const name of RELAYED) {
    const declared = offers.flatMap((offer) => capabilityOf(offer, name) ?? [])
    if (declared.length === 0) continue
    union[name] = Object.assign({}, ...declared.map(flagsOf))
  }
  const extensions = RELAYED_EXTENSIONS[era].flatMap((id) => {
    const declared = offers.flatMap((offer) => extensionOf(offer, id) ?? [])
    return declared.length === 0 ? [] : [[id, settingsOf(declared)] as const]
  })
  return extensions.length === 0 ? union : { ...union, extensions: Object.fromEntries(extensions) }
}

const FLAGS = ['listChanged', 'subscribe'] as const

function flagsOf(capability: object): Record<string, true> {
  return Object.fromEntries(
    FLAGS.filter((flag) => Reflect.get(capability, flag) === true).map((flag) => [flag, true]),
  )
}

/** What any of them sets: a switch that one has is there, and lists become one (`directoryRead`, `mimeTypes`). */
function settingsOf(declared: readonly object[]): object {
  const settings = new Map<string, unknown>()
  for (const [key, value] of declared.flatMap(
    (one) => Object.entries(one) as [string, unknown][],
  )) {
    const before = settings.get(key)
    if (Array.isArray(before) && Array.isArray(value))
      settings.set(key, [...new Set<unknown>([...before, ...value])])
    else if (before === undefined || before === false) settings.set(key, value)
  }
  return Object.fromEntries(settings)
}

/** Whether a client has said that it can show apps (MCP Apps): then tools of apps are in its lists. */
export function declaresUi({ capabilitiesText }: { readonly capabilitiesText: string }): boolean {
  if (!capabilitiesText.includes('extensions')) return false
  const declared = Capabilities.safeParse(JSON.parse(capabilitiesText))
  return declared.success && extensionOf(declared.data, EXTENSION_UI) !== undefined
}

const Capabilities = z.record(z.string(), z.unknown())
