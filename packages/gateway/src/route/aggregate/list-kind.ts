/** One of the four lists of MCP: where its entries stand, what names them, and which capability offers it. */
export type ListKind = {
  readonly method: 'tools/list' | 'prompts/list' | 'resources/list' | 'resources/templates/list'
  /** The member of the result that holds the entries. */
  readonly member: string
  /** The member of an entry that names it. */
  readonly key: 'name' | 'uri' | 'uriTemplate'
  readonly capability: 'tools' | 'prompts' | 'resources'
}

/** The lists whose entries are called by name. */
export type NamedKind = ListKind & { readonly key: 'name' }

export const TOOLS: NamedKind = {
  method: 'tools/list',
  member: 'tools',
  key: 'name',
  capability: 'tools',
}
export const PROMPTS: NamedKind = {
  method: 'prompts/list',
  member: 'prompts',
  key: 'name',
  capability: 'prompts',
}
export const RESOURCES: ListKind = {
  method: 'resources/list',
  member: 'resources',
  key: 'uri',
  capability: 'resources',
}
export const TEMPLATES: ListKind = {
  method: 'resources/templates/list',
  member: 'resourceTemplates',
  key: 'uriTemplate',
  capability: 'resources',
}

const KINDS = [TOOLS, PROMPTS, RESOURCES, TEMPLATES]

/** The list that a method asks for; undefined for any other method. */
export function listKindOf(method: string): ListKind | undefined {
  return KINDS.find((kind) => kind.method === method)
}
