import { capabilityOf, EXTENSION_SKILLS, extensionOf } from '../greeting.ts'

/** One of the lists of MCP and its extensions: where its entries stand, what names them, and what offers it. */
export type ListKind = {
  readonly method:
    | 'tools/list'
    | 'prompts/list'
    | 'resources/list'
    | 'resources/templates/list'
    | 'skills/list'
  /** The member of the result that holds the entries. */
  readonly member: string
  /** The member of an entry that names it. */
  readonly key: 'name' | 'uri' | 'uriTemplate'
  /** Whether a server that greeted with these capabilities has the list. */
  readonly isOffered: (capabilities: Readonly<Record<string, unknown>>) => boolean
}

/** The lists whose entries are called by name. */
export type NamedKind = ListKind & { readonly key: 'name' }

export const TOOLS: NamedKind = {
  method: 'tools/list',
  member: 'tools',
  key: 'name',
  isOffered: (capabilities) => capabilityOf(capabilities, 'tools') !== undefined,
}
export const PROMPTS: NamedKind = {
  method: 'prompts/list',
  member: 'prompts',
  key: 'name',
  isOffered: (capabilities) => capabilityOf(capabilities, 'prompts') !== undefined,
}
export const RESOURCES: ListKind = {
  method: 'resources/list',
  member: 'resources',
  key: 'uri',
  isOffered: (capabilities) => capabilityOf(capabilities, 'resources') !== undefined,
}
export const TEMPLATES: ListKind = {
  method: 'resources/templates/list',
  member: 'resourceTemplates',
  key: 'uriTemplate',
  isOffered: RESOURCES.isOffered,
}
/** Skills (SEP-2640): an entry is named by the URI of its `SKILL.md`. */
export const SKILLS: ListKind = {
  method: 'skills/list',
  member: 'skills',
  key: 'uri',
  isOffered: (capabilities) => extensionOf(capabilities, EXTENSION_SKILLS) !== undefined,
}

const KINDS = [TOOLS, PROMPTS, RESOURCES, TEMPLATES, SKILLS]

/** The list that a method asks for; undefined for any other method. */
export function listKindOf(method: string): ListKind | undefined {
  return KINDS.find((kind) => kind.method === method)
}
