import { useLingui } from '@lingui/react/macro'
import { Field, NumberInput } from '../../kit/index.ts'
import { useAmountWords } from './amount-words.ts'
import { readAmount } from './top-up-form.ts'

/** An amount of US dollars as it is typed; what is wrong with it is said once it was sent. */
export function UsdField({
  value,
  onValue,
  tried,
}: {
  value: string
  onValue: (text: string) => void
  tried: boolean
}) {
  const { t } = useLingui()
  const faultWords = useAmountWords()
  const read = readAmount(value)
  return (
    <Field
      label={t`Amount in USD`}
      required
      error={tried && 'fault' in read ? faultWords(read.fault) : undefined}
    >
      {(control) => (
        <NumberInput
          {...control}
          placeholder="5.00"
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  )
}
