import type { Json } from '../exact/json.ts'
import type { Path } from '../exact/path.ts'
import type { SchemaDocument } from '../resolve/document.ts'
import type { SchemaNote } from '../resolve/schema-note.ts'

/** The schemas that hold together at one place; children are read only when they are shown. */
export type Schemas = readonly unknown[]

/** One member of an object that the schema names. */
export type MemberField = {
  readonly name: string
  readonly schemas: Schemas
  readonly required: boolean
}

/** One variant of a union; `label` is undefined when the schema gives it no name. */
export type Variant = { readonly label: string | undefined; readonly schemas: Schemas }

/** A value to choose, and what it is called. */
export type Option = { readonly value: Json; readonly label: string }

/** How a value is edited. */
export type Shape =
  | { readonly kind: 'text'; readonly format: string | undefined; readonly isLong: boolean }
  | { readonly kind: 'file'; readonly mediaType: string | undefined }
  | { readonly kind: 'number'; readonly isInteger: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'fixed'; readonly value: Json }
  | { readonly kind: 'choice'; readonly options: readonly Option[] }
  | {
      readonly kind: 'object'
      readonly members: readonly MemberField[]
      /** Whether names that the schema does not list may be added. */
      readonly isOpen: boolean
      /** Patterns of names that may be added, for a hint. */
      readonly namePatterns: readonly string[]
      readonly schemasOf: (name: string) => Schemas
    }
  | {
      readonly kind: 'array'
      readonly schemasAt: (index: number) => Schemas
      /** Items of a tuple, before the repeated ones. */
      readonly prefixLength: number
      /** Whether items after the tuple may be added. */
      readonly isOpen: boolean
      readonly max: number | undefined
    }
  | {
      readonly kind: 'union'
      /** Where the choice is remembered. */
      readonly key: string
      readonly variants: readonly Variant[]
      readonly chosen: number
      /** What is edited under the chosen variant. */
      readonly inner: Field
    }
  /** No schema that says more: any JSON, as text. */
  | { readonly kind: 'any' }
  /** No value is right. */
  | { readonly kind: 'never' }

/** One place of a form: what it is called and how it is edited. */
export type Field = {
  readonly title: string | undefined
  readonly description: string | undefined
  /** The schema's default: shown, and sent only when set. */
  readonly fallback: Json | undefined
  readonly examples: readonly Json[]
  readonly isDeprecated: boolean
  /** The parameter is repeated in the header `Mcp-Param-<name>` (SEP-2243). */
  readonly header: string | undefined
  /** Bounds in words of the schema: `minLength 3`. */
  readonly bounds: readonly Bound[]
  readonly notes: readonly SchemaNote[]
  readonly shape: Shape
}

/** A keyword that limits a value, to be shown beside the field. */
export type Bound = { readonly keyword: string; readonly value: string }

/** What a place is read with: its value decides which branch of a condition or union is shown. */
export type Place = {
  readonly document: SchemaDocument
  readonly path: Path
  readonly value: Json | undefined
  readonly choices: ReadonlyMap<string, number>
}
