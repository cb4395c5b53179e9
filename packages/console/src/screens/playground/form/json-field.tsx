import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Field, TextArea } from '../../../kit/index.ts'
import { parseJson, writeJson } from '../../../schema/index.ts'
import { fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { usePlace } from './form-context.ts'
import { useIssueWords } from './use-issue-words.ts'

/** Any JSON, as text: for what no other field can show. Empty means absent. */
export function JsonField({ path, name, field, required }: FieldProps) {
  const { t } = useLingui()
  const words = useIssueWords()
  const { value, issues, set, clear, onBlur } = usePlace(path)
  const written = value === undefined ? '' : writeJson(value)
  const [typed, setTyped] = useState({ text: written, meant: written })
  // What is typed stays as it is typed as long as it means the value; a change from elsewhere replaces it.
  const text = typed.meant === written ? typed.text : written
  const parsed = text.trim() === '' ? undefined : parseJson(text)
  const change = (next: string): void => {
    const read = next.trim() === '' ? undefined : parseJson(next)
    if (read === undefined) {
      setTyped({ text: next, meant: '' })
      return clear()
    }
    setTyped({ text: next, meant: read.ok ? writeJson(read.value) : written })
    if (read.ok) set(read.value)
  }
  const fault =
    parsed?.ok === false
      ? t`Not JSON at line ${parsed.fault.line}, column ${parsed.fault.column}; the value before it is kept.`
      : issues.map(words).join(' ')
  return (
    <Field
      label={<FieldLabel name={name} field={field} required={required} />}
      hint={fieldHint(field)}
      error={fault}
      required={required}
    >
      {(control) => (
        <TextArea
          {...control}
          mono
          rows={2}
          value={text}
          spellCheck={false}
          placeholder="{ }"
          onBlur={onBlur}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  )
}
