import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'

/** Extensions made of plain tools and resources, which pass whole between the eras: MCP Apps and Skills. */
const RELAYABLE: ReadonlySet<string> = new Set([
  'io.modelcontextprotocol/ui',
  'io.modelcontextprotocol/skills',
])

/** The JSON text of the `extensions` of some capabilities, those that can be relayed; undefined when there are none. */
export function relayableExtensions(
  text: string,
  capabilities: ScannedObject | undefined,
): string | undefined {
  const member = memberOf(capabilities, 'extensions')
  const extensions = member === undefined ? undefined : scanObject(text, member.value.start)
  const kept = (extensions?.members ?? []).filter(({ key }) => RELAYABLE.has(key))
  if (kept.length === 0) return undefined
  return `{${kept.map(({ key, value }) => `${JSON.stringify(key)}:${textOf(text, value)}`).join(',')}}`
}
