import { z } from 'zod'

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

/** Capabilities of a server that the aggregate relays; tasks and extensions of one server would need its state. */
const RELAYED = ['tools', 'prompts', 'resources', 'completions', 'logging'] as const
type Relayed = (typeof RELAYED)[number]

/** What the aggregate can offer: what any upstream offers, restricted to what is relayed. */
export function unionOfCapabilities(
  offers: readonly Readonly<Record<string, unknown>>[],
): Partial<Record<Relayed, Record<string, true>>> {
  const union: Partial<Record<Relayed, Record<string, true>>> = {}
  for (const offer of offers) {
    for (const name of RELAYED) {
      const capability = offer[name]
      if (typeof capability !== 'object' || capability === null) continue
      union[name] = { ...union[name], ...flagsOf(capability) }
    }
  }
  return union
}

const FLAGS = ['listChanged', 'subscribe'] as const

function flagsOf(capability: object): Record<string, true> {
  const flags: Record<string, true> = {}
  for (const flag of FLAGS)
    if (flag in capability && Reflect.get(capability, flag) === true) flags[flag] = true
  return flags
}
