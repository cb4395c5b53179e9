/** Servers and tools that a rule names; `*` is every server, an absent `tools` every tool. */
export type GrantRule = {
  readonly serverId: string
  readonly tools?: readonly string[] | undefined
}

/** What a key may call: something in `allow`, and nothing in `deny`. */
export type Grants = { readonly allow: readonly GrantRule[]; readonly deny: readonly GrantRule[] }

/** Every server and every tool. */
export const ALL_GRANTS: Grants = { allow: [{ serverId: '*' }], deny: [] }

/**
 * The grants of a new key of a creator whose own grants are bounded: undefined when the new key would
 * allow what no rule of the creator covers; the creator's denials go along.
 */
export function boundGrants(creator: Grants, asked: Grants): Grants | undefined {
  const covered = asked.allow.every((rule) => creator.allow.some((own) => covers(own, rule)))
  return covered ? { allow: asked.allow, deny: [...asked.deny, ...creator.deny] } : undefined
}

function covers(own: GrantRule, asked: GrantRule): boolean {
  if (own.serverId !== '*' && own.serverId !== asked.serverId) return false
  if (own.tools === undefined) return true
  return asked.tools?.every((tool) => own.tools?.includes(tool)) ?? false
}
