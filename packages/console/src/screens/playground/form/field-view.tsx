import { fieldOf, pointerOf, valueAt, type Field as FieldModel } from '../../../schema/index.ts'
import { ArrayField } from './array-field.tsx'
import { BooleanField } from './boolean-field.tsx'
import { ChoiceField } from './choice-field.tsx'
import { FileField } from './file-field.tsx'
import type { FieldProps, RenderField } from './field-props.ts'
import { FixedField } from './fixed-field.tsx'
import { useForm } from './form-context.ts'
import { InnerContext } from './inner-context.ts'
import { JsonField } from './json-field.tsx'
import { NumberField } from './number-field.tsx'
import { ObjectField } from './object-field.tsx'
import { TextField } from './text-field.tsx'
import { UnionField } from './union-field.tsx'

/** Fields inside fields that are drawn; deeper values are edited as JSON. */
const DEPTH_MAX = 8

/** One place of the form, drawn by what its schema says. */
export function FieldView({ path, name, schemas, required, depth }: Parameters<RenderField>[0]) {
  const { document, state } = useForm()
  const value = valueAt(state.value, path)
  const field = fieldOf({ document, path, value, choices: state.choices }, schemas)
  return (
    <InnerContext value={false}>
      <Shaped {...{ path, name, field, required, depth, renderField }} />
    </InnerContext>
  )
}

/** Draws a field that was read already. */
export function Shaped(props: FieldProps) {
  const { kind } = props.field.shape
  const isDeep =
    props.depth > DEPTH_MAX && (kind === 'object' || kind === 'array' || kind === 'union')
  if (isDeep) return <JsonField {...props} />
  const View = VIEWS[kind]
  return <View {...props} />
}

const renderField: RenderField = (place) => <FieldView key={pointerOf(place.path)} {...place} />

const VIEWS: Readonly<Record<FieldModel['shape']['kind'], React.ComponentType<FieldProps>>> = {
  text: TextField,
  file: FileField,
  number: NumberField,
  boolean: BooleanField,
  fixed: FixedField,
  choice: ChoiceField,
  object: ObjectField,
  array: ArrayField,
  union: (props) => (
    <UnionField {...props} renderInner={(inner) => <Shaped {...props} field={inner} />} />
  ),
  any: JsonField,
  never: FixedField,
}
