import { Trans } from '@lingui/react/macro'
import { Field, NumberInput } from '../../../kit/index.ts'
import {
  isNumber,
  isNumberText,
  JsonNumber,
  lossyNumbers,
  sendsExactNumbers,
} from '../../../schema/index.ts'
import { fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { usePlace } from './form-context.ts'
import { useIssueWords } from './use-issue-words.ts'

/** A number, sent with the digits that are typed; what is no number yet is kept as it was typed. */
export function NumberField({ path, name, field, required }: FieldProps) {
  const words = useIssueWords()
  const { value, draft, issues, set, clear, keepDraft, onBlur } = usePlace(path)
  const number = isNumber(value) ? value : undefined
  const change = (typed: string): void => {
    const text = typed.trim()
    if (text === '' && typeof path.at(-1) !== 'number') clear()
    else if (isNumberText(text)) set(new JsonNumber(text))
    else keepDraft(typed)
  }
  const isLossy = number !== undefined && !sendsExactNumbers() && lossyNumbers(number).length > 0
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <Field
        label={<FieldLabel name={name} field={field} required={required} />}
        hint={fieldHint(field)}
        error={issues.map(words).join(' ')}
        required={required}
      >
        {(control) => (
          <NumberInput
            {...control}
            integer={field.shape.kind === 'number' && field.shape.isInteger}
            value={draft ?? number?.text ?? ''}
            onBlur={onBlur}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
      {isLossy && (
        <p className="text-sm text-warn">
          <Trans>
            This browser would change the digits of {number.text}. Use a newer one, or the command
            line.
          </Trans>
        </p>
      )}
    </div>
  )
}
