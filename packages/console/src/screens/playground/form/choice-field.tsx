import { useLingui } from '@lingui/react/macro'
import { Field, Select } from '../../../kit/index.ts'
import { writeJson } from '../../../schema/index.ts'
import { cut, fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { usePlace } from './form-context.ts'
import { JsonField } from './json-field.tsx'
import { useIssueWords } from './use-issue-words.ts'

/** Options of one list; a browser opens no longer one in reasonable time. */
const OPTIONS_MAX = 500
/** Characters of an option. */
const LABEL_MAX = 80

/** One of the values that the schema lists; nothing chosen means absent. */
export function ChoiceField(props: FieldProps) {
  const { path, name, field, required } = props
  const { t } = useLingui()
  const words = useIssueWords()
  const { value, issues, set, clear, onBlur } = usePlace(path)
  const options = field.shape.kind === 'choice' ? field.shape.options : []
  if (options.length > OPTIONS_MAX) return <JsonField {...props} />
  const current = value === undefined ? undefined : writeJson(value, 0)
  const chosen = options.findIndex((option) => writeJson(option.value, 0) === current)
  const isOther = chosen < 0 && current !== undefined && current !== 'null'
  const choose = (index: string): void => {
    const option = options[Number(index)]
    if (option !== undefined) set(option.value)
    else clear()
  }
  return (
    <Field
      label={<FieldLabel name={name} field={field} required={required} />}
      hint={fieldHint(field)}
      error={issues.map(words).join(' ')}
      required={required}
    >
      {(control) => (
        <Select
          {...control}
          value={String(chosen)}
          onValue={choose}
          onBlur={onBlur}
          options={[
            { value: '-1', label: isOther ? cut(current, LABEL_MAX) : unsetLabel(required, t) },
            ...options.map(({ label }, index) => ({
              value: String(index),
              label: cut(label, LABEL_MAX),
            })),
          ]}
        />
      )}
    </Field>
  )
}

function unsetLabel(required: boolean, t: ReturnType<typeof useLingui>['t']): string {
  return required ? t`Choose…` : t`Not sent`
}
