import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Field, NumberInput } from '../../../kit/index.ts'
import type { PriceForm } from './price-form.ts'
import { PRICE_PLACES_MAX, type PriceTextFault } from './price-text.ts'

const FAULT: Readonly<Record<PriceTextFault, MessageDescriptor>> = {
  empty: msg`Write an amount; 0 makes the tool free.`,
  negative: msg`A price is not below zero.`,
  not_decimal: msg`Write a plain decimal number with a point, such as 0.002.`,
  too_many_places: msg`USD has at most 18 decimal places here.`,
  too_large: msg`That is more than the platform can price.`,
}

/** The amount of a new price, in US dollars, exact. */
export function AmountField({ form, left }: { form: PriceForm; left: boolean }) {
  const { t, i18n } = useLingui()
  const { read } = form
  // An empty field is not wrong before it was left; everything else is told at once.
  const fault = read.ok || (read.fault === 'empty' && !left) ? undefined : i18n._(FAULT[read.fault])
  return (
    <Field
      label={t`Price per call`}
      hint={t`US dollars, up to ${PRICE_PLACES_MAX} decimal places. 0 makes it free.`}
      error={form.change === 'same' ? t`That is the price already.` : fault}
      required
    >
      {(control) => (
        <div className="relative">
          <NumberInput
            {...control}
            data-autofocus
            placeholder="0.002"
            value={form.text}
            onChange={(event) => form.setText(event.target.value)}
            className="pe-14"
          />
          <span
            aria-hidden
            className="pointer-events-none absolute inset-y-0 end-3 flex items-center text-muted"
          >
            USD
          </span>
        </div>
      )}
    </Field>
  )
}
