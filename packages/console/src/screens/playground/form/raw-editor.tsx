import { useLingui } from '@lingui/react/macro'
import { Field, TextArea } from '../../../kit/index.ts'
import type { RawFault } from '../../../schema/index.ts'
import { useForm } from './form-context.ts'

/** The arguments as JSON text: the same value, with nothing hidden and nothing lost. */
export function RawEditor() {
  const { t } = useLingui()
  const { state, dispatch } = useForm()
  const words = useFaultWords()
  const { raw } = state
  if (raw === undefined) return null
  return (
    <Field
      label={t`Arguments as JSON`}
      hint={t`Sent as it stands here, digit by digit.`}
      error={raw.fault === undefined ? undefined : words(raw.fault)}
    >
      {(control) => (
        <TextArea
          {...control}
          mono
          rows={8}
          spellCheck={false}
          value={raw.text}
          onChange={(event) => dispatch({ do: 'edit_raw', text: event.target.value })}
        />
      )}
    </Field>
  )
}

function useFaultWords(): (fault: RawFault) => string {
  const { t } = useLingui()
  return (fault) => {
    if (fault.code === 'no_object') return t`Arguments are one JSON object: { … }.`
    const { line, column } = fault
    if (fault.code === 'duplicate_name') {
      return t`The name ${fault.name ?? ''} occurs twice (line ${line}, column ${column}).`
    }
    if (fault.code === 'too_deep') return t`Nested too deeply (line ${line}).`
    if (fault.code === 'too_long') return t`Too long to be read here.`
    return t`Not JSON at line ${line}, column ${column}.`
  }
}
