import { Trans } from '@lingui/react/macro'
import { Switch } from '../../../kit/index.ts'
import { writeJson } from '../../../schema/index.ts'
import { cut, fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { usePlace } from './form-context.ts'
import { GroupFrame } from './group-frame.tsx'

/** Characters of the value that are shown. */
const VALUE_MAX = 200

/** A value that can only be this one: sent, or left out. A place for which no value is right says so. */
export function FixedField({ path, name, field, required }: FieldProps) {
  const { value, issues, set, clear } = usePlace(path)
  const { shape } = field
  return (
    <GroupFrame
      label={<FieldLabel name={name} field={field} required={required} />}
      hint={fieldHint(field)}
      issues={issues}
    >
      {() =>
        shape.kind === 'fixed' ? (
          <Switch
            checked={value !== undefined}
            onValue={(sent) => (sent ? set(shape.value) : clear())}
            label={
              <Trans>
                Send <code className="break-all">{cut(writeJson(shape.value, 0), VALUE_MAX)}</code>
              </Trans>
            }
          />
        ) : (
          <p className="text-muted">
            <Trans>The schema contradicts itself here: no value is right.</Trans>
          </p>
        )
      }
    </GroupFrame>
  )
}
