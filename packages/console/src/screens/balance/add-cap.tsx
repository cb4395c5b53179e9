import { Trans, useLingui } from '@lingui/react/macro'
import type { Cap } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button, Dialog, Field, NumberInput, ProblemNotice, Select } from '../../kit/index.ts'
import { addCapMutation } from '../../queries/balance.ts'
import { useOrchestra } from '../../session/index.ts'
import { useAmountWords } from './amount-words.ts'
import { readAmount } from './top-up-form.ts'
import { useWindowWords } from './window-words.ts'

const WINDOWS = ['hour', 'day', 'month', 'total'] as const satisfies readonly Cap['window'][]

/** Asks for an amount and a window, and makes a hard cap for the whole organization. */
export function AddCap({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const words = useWindowWords()
  const faultWords = useAmountWords()
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
    <Dialog
      open={open}
      onClose={close}
      size="sm"
      title={<Trans>Add a spending cap</Trans>}
      description={<Trans>Calls that would pass it are refused before the server sees them.</Trans>}
      footer={
        <>
          <Button onClick={close}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" busy={add.isPending} onClick={submit}>
            <Trans>Add the cap</Trans>
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!add.isPending) submit()
        }}
      >
        <Field
          label={t`Amount in USD`}
          required
          error={tried && 'fault' in read ? faultWords(read.fault) : undefined}
        >
          {(control) => (
            <NumberInput
              {...control}
              placeholder="5.00"
              value={amount}
              onChange={(event) => setAmount(event.target.value)}
            />
          )}
        </Field>
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
        <button type="submit" hidden aria-hidden tabIndex={-1} />
        {add.error !== null && <ProblemNotice problem={add.error} compact />}
      </form>
    </Dialog>
  )
}
