import { useLingui } from '@lingui/react/macro'
import { Field, Select } from '../../../kit/index.ts'
import {
  initialValue,
  isObject,
  type Field as FieldModel,
  type Json,
} from '../../../schema/index.ts'
import { cut, fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { InnerContext } from './inner-context.ts'
import { useForm, usePlace } from './form-context.ts'

/** Characters of a variant's name. */
const LABEL_MAX = 80

/** A choice among variants, and under it the field of the chosen one. */
export function UnionField({
  path,
  name,
  field,
  required,
  renderInner,
}: FieldProps & { renderInner: (inner: FieldModel) => React.ReactNode }) {
  const { t } = useLingui()
  const { document, dispatch } = useForm()
  const { value } = usePlace(path)
  const { shape } = field
  if (shape.kind !== 'union') return null
  const choose = (text: string): void => {
    const index = Number(text)
    const variant = shape.variants[index]
    if (variant === undefined) return
    const start = initialValue(document, variant.schemas)
    dispatch({ do: 'choose', path, key: shape.key, index, value: carried(value, start) })
  }
  const picker = (
    <Field
      label={
        <>
          <FieldLabel name={name} field={field} required={required} />
        </>
      }
      hint={fieldHint({ ...field, fallback: undefined, examples: [], bounds: [] })}
    >
      {(control) => (
        <Select
          {...control}
          value={String(shape.chosen)}
          onValue={choose}
          options={shape.variants.map(({ label }, index) => ({
            value: String(index),
            label: cut(label ?? t`Variant ${index + 1}`, LABEL_MAX),
          }))}
        />
      )}
    </Field>
  )
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {picker}
      <InnerContext value>
        <div className="border-s-2 border-line ps-3 sm:ps-4">
          {renderInner({ ...shape.inner, title: undefined, description: undefined, notes: [] })}
        </div>
      </InnerContext>
    </div>
  )
}

/** What was filled in and has a place in the new variant too stays. */
function carried(value: Json | undefined, start: Json | undefined): Json | undefined {
  if (!isObject(value) || !isObject(start)) return start
  const kept = Object.entries(value).filter(([name]) => !Object.hasOwn(start, name))
  return Object.fromEntries([...Object.entries(start), ...kept])
}
