import type { EndpointRequest } from '../../endpoint.ts'
import { EXTENSION_UI, unionOfCapabilities } from '../greeting.ts'
import type { Membership } from '../membership.ts'
import { welcomeWith } from '../welcome.ts'

/** Servers that are named in the instructions; a model searches the others. */
const NAMED_MAX = 100

/** The greeting of `/t/mcp`: three tools that never change, and everything else as at `/mcp`. */
export function greetMetaTools(request: EndpointRequest, membership: Membership): string {
  const { members } = membership
  const { extensions = {}, ...union } = unionOfCapabilities(
    members.map(({ greeting }) => greeting.capabilities),
    request.era,
  )
  // Apps belong to tools in a list, and here is no such list.
  const kept = Object.entries(extensions).filter(([id]) => id !== EXTENSION_UI)
  const capabilities = {
    ...union,
    tools: {},
    ...(kept.length === 0 ? {} : { extensions: Object.fromEntries(kept) }),
  }
  return welcomeWith(request, capabilities, instructionsOf(membership))
}

function instructionsOf({ members }: Membership): string {
  const named = members.slice(0, NAMED_MAX).map(({ server }) => `- ${server.alias}: ${server.name}`)
  const more = members.length - named.length
  return [
    'Many tools are behind three: find what you need with search_tools, read its arguments with describe_tool, run it with call_tool. The servers:',
    ...named,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n')
}
