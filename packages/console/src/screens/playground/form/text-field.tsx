import { Trans, useLingui } from '@lingui/react/macro'
import { Button, classNames, Field, Input, TextArea } from '../../../kit/index.ts'
import { fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { usePlace } from './form-context.ts'
import { useIssueWords } from './use-issue-words.ts'

/** Input types that a browser checks or hides by itself, by format. */
const INPUT_TYPES: Readonly<Record<string, string>> = { password: 'password', date: 'date' }

/** A text. Empty means absent; the empty text itself is sent when it is asked for. */
export function TextField({ path, name, field, required }: FieldProps) {
  const { t } = useLingui()
  const words = useIssueWords()
  const { value, issues, set, clear, onBlur } = usePlace(path)
  const { shape } = field
  const format = shape.kind === 'text' ? shape.format : undefined
  const text = typeof value === 'string' ? value : ''
  const change = (typed: string): void => (typed === '' ? clearOrEmpty() : set(typed))
  const clearOrEmpty = (): void => (typeof path.at(-1) === 'number' ? set('') : clear())
  const isSent = value === ''
  return (
    <div className="group/text relative min-w-0">
      <Field
        label={<FieldLabel name={name} field={field} required={required} />}
        hint={fieldHint(field)}
        error={issues.map(words).join(' ')}
        required={required}
      >
        {(control) => {
          const shared = {
            ...control,
            value: text,
            onBlur,
            spellCheck: false,
            autoComplete: 'off',
            placeholder: isSent ? t`(empty text)` : exampleOf(format),
          }
          return shape.kind === 'text' && shape.isLong ? (
            <TextArea {...shared} rows={1} onChange={(event) => change(event.target.value)} />
          ) : (
            <Input
              {...shared}
              type={INPUT_TYPES[format ?? ''] ?? 'text'}
              onChange={(event) => change(event.target.value)}
            />
          )
        }}
      </Field>
      {text === '' && format === undefined && typeof path.at(-1) !== 'number' && (
        <EmptyText isSent={isSent} onSend={() => set('')} onLeave={clear} />
      )}
    </div>
  )
}

/** Whether nothing or the empty text is sent: a reader cannot see the difference, so it is said. */
function EmptyText({
  isSent,
  onSend,
  onLeave,
}: {
  isSent: boolean
  onSend: () => void
  onLeave: () => void
}) {
  return (
    <Button
      variant="ghost"
      size="sm"
      className={classNames(
        'absolute end-0 -top-1 bg-surface text-xs!',
        !isSent && 'invisible group-focus-within/text:visible group-hover/text:visible',
      )}
      onClick={isSent ? onLeave : onSend}
    >
      {isSent ? <Trans>Sent as empty text. Leave out</Trans> : <Trans>Send empty text</Trans>}
    </Button>
  )
}

/** What a format looks like; undefined when its name says it. */
function exampleOf(format: string | undefined): string | undefined {
  return format === undefined ? undefined : EXAMPLES[format]
}

const EXAMPLES: Readonly<Record<string, string>> = {
  'date-time': '2026-11-22T19:00:00Z',
  time: '19:00:00Z',
  email: 'name@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-0000-0000-000000000000',
}
