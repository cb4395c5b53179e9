import type { GrantRule, KeyEntity } from '@mcp-orchestra/api/snapshot'
import type { z } from 'zod'

type Rule = z.infer<typeof GrantRule>

/** A key's grants in a form that answers in a look-up or two. Deny wins over allow. */
export interface CompiledGrants {
  /** Whether any part of the server is granted and the whole of it is not denied. */
  coversServer(serverId: string): boolean
  /** Whether the tool is granted and not denied. */
  coversTool(serverId: string, tool: string): boolean
  /** Whether everything but tools (prompts, resources, completion) is granted: a rule that names tools grants those alone. */
  coversWholeServer(serverId: string): boolean
}

type Scope = { readonly all: boolean; readonly tools: ReadonlySet<string> }

/** Compiles allow and deny rules; done once per version of a key. */
export function compileGrants(key: Pick<KeyEntity, 'allow' | 'deny'>): CompiledGrants {
  const allow = scopesOf(key.allow)
  const deny = scopesOf(key.deny)
  const deniesAll = (serverId: string): boolean => some(deny, serverId, (scope) => scope.all)
  const allowsAll = (serverId: string): boolean => some(allow, serverId, (scope) => scope.all)
  const names = (scopes: Map<string, Scope>, serverId: string, tool: string): boolean =>
    some(scopes, serverId, (scope) => scope.all || scope.tools.has(tool))
  return {
    coversServer: (serverId) =>
      !deniesAll(serverId) && some(allow, serverId, (scope) => scope.all || scope.tools.size > 0),
    coversTool: (serverId, tool) => names(allow, serverId, tool) && !names(deny, serverId, tool),
    coversWholeServer: (serverId) => allowsAll(serverId) && !deniesAll(serverId),
  }
}

function scopesOf(rules: readonly Rule[]): Map<string, Scope> {
  const scopes = new Map<string, Scope>()
  for (const { serverId, tools } of rules) {
    const before = scopes.get(serverId)
    scopes.set(serverId, {
      all: (before?.all ?? false) || tools === undefined,
      tools: new Set([...(before?.tools ?? []), ...(tools ?? [])]),
    })
  }
  return scopes
}

function some(
  scopes: Map<string, Scope>,
  serverId: string,
  holds: (scope: Scope) => boolean,
): boolean {
  const named = scopes.get(serverId)
  const star = scopes.get('*')
  return (named !== undefined && holds(named)) || (star !== undefined && holds(star))
}
