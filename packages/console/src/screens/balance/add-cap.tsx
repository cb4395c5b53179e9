import { Trans, useLingui } from '@lingui/react/macro'
import type { Cap } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Field, FormDialog, Select } from '../../kit/index.ts'
import { addCapMutation } from '../../queries/balance.ts'
import { useOrchestra } from '../../session/index.ts'
import { readAmount } from './top-up-form.ts'
import { UsdField } from './usd-field.tsx'
import { useWindowWords } from './window-words.ts'

const WINDOWS = ['hour', 'day', 'month', 'total'] as const satisfies readonly Cap['window'][]

/** Asks for an amount and a window, and makes a hard cap for the whole organization. */
export function AddCap({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const words = useWindowWords()
  const [amount, setAmount] = useState('')
  const [window, setWindow] = useState<Cap['window']>('day')
  const [tried, setTried] = useState(false)
  const add = useMutation(addCapMutation(useOrchestra()))
  const read = readAmount(amount)
  const close = (): void => {
    setAmount('')
    setTried(false)
    add.reset()
    onClose()
  }
  const submit = (): void => {
    setTried(true)
    if ('usd' in read) add.mutate({ usd: read.usd, window }, { onSuccess: close })
  }
  return (
    <FormDialog
      open={open}
      onClose={close}
      title={<Trans>Add a spending cap</Trans>}
      description={<Trans>Calls that would pass it are refused before the server sees them.</Trans>}
      submitLabel={<Trans>Add the cap</Trans>}
      busy={add.isPending}
      error={add.error}
      onSubmit={submit}
    >
      <UsdField value={amount} onValue={setAmount} tried={tried} />
      <Field label={t`Window`} hint={t`Counted from the start of the hour, day or month in UTC.`}>
        {(control) => (
          <Select
            {...control}
            options={WINDOWS.map((value) => ({ value, label: words(value) }))}
            value={window}
            onValue={setWindow}
          />
        )}
      </Field>
    </FormDialog>
  )
}
