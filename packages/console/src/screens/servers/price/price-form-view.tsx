import { Trans, useLingui } from '@lingui/react/macro'
import { useState, type FormEvent } from 'react'
import { Checkbox, Notice, ProblemNotice } from '../../../kit/index.ts'
import type { PricedToolRow } from '../detail/tool-row.ts'
import { AmountField } from './amount-field.tsx'
import { FeeLines } from './fee-lines.tsx'
import { timesAsMuch } from './price-change.ts'
import { earliestStart, usePriceForm, type PriceForm } from './price-form.ts'
import { StartFields } from './start-fields.tsx'

/** The form of a new price: amount, who gets what, when it starts. */
export function PriceFormView({
  id,
  row,
  feeBps,
  problem,
  onSubmit,
}: {
  id: string
  row: PricedToolRow
  feeBps: number | undefined
  problem: unknown
  onSubmit: (wish: NonNullable<PriceForm['wish']>) => void
}) {
  const form = usePriceForm(row)
  const [tried, setTried] = useState(false)
  const earliest = earliestStart(problem)
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    setTried(true)
    if (form.wish !== undefined) return onSubmit(form.wish)
    const fields = event.currentTarget
    // After the next paint, when the faults stand at their fields.
    requestAnimationFrame(() =>
      fields.querySelector<HTMLElement>('[aria-invalid=true], :required:invalid')?.focus(),
    )
  }
  return (
    <form id={id} noValidate onSubmit={submit} className="flex flex-col gap-4">
      <AmountField form={form} left={tried} />
      {form.read.ok && <FeeLines atomic={form.read.atomic} feeBps={feeBps} />}
      {form.change === 'steep_rise' && form.read.ok && (
        <SteepRise form={form} atomic={form.read.atomic} />
      )}
      <StartFields form={form} tried={tried} earliest={earliest} />
      {problem !== null && earliest === undefined && <ProblemNotice problem={problem} compact />}
    </form>
  )
}

function SteepRise({ form, atomic }: { form: PriceForm; atomic: bigint }) {
  const { t } = useLingui()
  const times = timesAsMuch(form.now ?? 0n, atomic).toString()
  return (
    <Notice tone="warn" live title={<Trans>That is {times} times the price of now.</Trans>}>
      <Checkbox
        label={t`Yes, I mean this amount`}
        checked={form.sure}
        onValue={form.setSure}
        required
      />
    </Notice>
  )
}
