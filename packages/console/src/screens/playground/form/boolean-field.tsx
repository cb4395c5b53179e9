import { Trans } from '@lingui/react/macro'
import { fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { usePlace } from './form-context.ts'
import { GroupFrame } from './group-frame.tsx'
import { Segments } from './segments.tsx'

/** Yes, no, or not said: an optional flag that is left alone is not sent. */
export function BooleanField({ path, name, field, required }: FieldProps) {
  const { value, issues, set, clear } = usePlace(path)
  const isItem = typeof path.at(-1) === 'number'
  const unset = { value: 'unset', label: <Trans>Not sent</Trans> } as const
  return (
    <GroupFrame
      label={<FieldLabel name={name} field={field} required={required} />}
      hint={fieldHint(field)}
      issues={issues}
    >
      {(ids) => (
        <Segments
          {...ids}
          value={typeof value === 'boolean' ? String(value) : 'unset'}
          onValue={(chosen) => (chosen === 'unset' ? clear() : set(chosen === 'true'))}
          options={[
            ...(required || isItem ? [] : [unset]),
            { value: 'true', label: 'true' },
            { value: 'false', label: 'false' },
          ]}
        />
      )}
    </GroupFrame>
  )
}
