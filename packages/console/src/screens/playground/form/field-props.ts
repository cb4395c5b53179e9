import type { Field as FieldModel, Path, Schemas } from '../../../schema/index.ts'

/** What every kind of field is given. */
export type FieldProps = {
  readonly path: Path
  /** How it is called: its name, or "Item 3". */
  readonly name: string
  readonly field: FieldModel
  readonly required: boolean
  readonly depth: number
  /** Draws what is inside; handed down, as fields and what they hold know each other only here. */
  readonly renderField: RenderField
}

/** Draws the field at a place. */
export type RenderField = (place: {
  path: Path
  name: string
  schemas: Schemas
  required: boolean
  depth: number
}) => React.ReactNode
