import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { LEGACY_ASSUMED, LEGACY_NEWEST } from '../../protocol/revisions.ts'
import { OWN_GREETING } from '../../upstream/introduce.ts'

/** What a legacy client said when it initialized: kept to introduce it to servers that are reached later. */
export type Greeting = {
  /** The JSON text of `initialize`'s params. */
  readonly paramsText: string
  /** Of it, the capabilities; of a client that declared none, an empty object. */
  readonly capabilitiesText: string
  readonly revision: string
  /** Whether it can be asked something by a server (sampling, elicitation, roots): it then needs a process of its own. */
  readonly declaresReverse: boolean
}

const REVERSE_CAPABILITIES = ['sampling', 'elicitation', 'roots', 'tasks']

/** How the gateway introduces a client that calls without a session: no capabilities. */
export const SILENT_GREETING: Greeting = {
  paramsText: OWN_GREETING,
  capabilitiesText: '{}',
  revision: LEGACY_NEWEST.revision,
  declaresReverse: false,
}

/** Reads `initialize`'s params. */
export function greetingOf(paramsText: string | undefined): Greeting {
  const text = paramsText ?? '{}'
  const params = scanObject(text)
  const revision =
    stringAt(text, memberOf(params, 'protocolVersion')?.value) ?? LEGACY_ASSUMED.revision
  const declared = memberOf(params, 'capabilities')
  const capabilities = declared === undefined ? undefined : scanObject(text, declared.value.start)
  const declaresReverse = REVERSE_CAPABILITIES.some(
    (key) => memberOf(capabilities, key) !== undefined,
  )
  const capabilitiesText = capabilities === undefined ? '{}' : textOf(text, capabilities.span)
  return { paramsText: text, capabilitiesText, revision, declaresReverse }
}
