import type { MeteredPrice } from '@mcp-orchestra/api/metered-price'
import type { PriceComponentDocument, PriceFormDocument } from '@mcp-orchestra/api/price-form'
import type { Form, PriceVersion, Ratio } from '../month/month.ts'

/** The metered part of a price version as its publisher sends it. */
export function meteredOf({ components, maximum }: PriceVersion): {
  readonly metered?: MeteredPrice
} {
  if (components.length === 0) return {}
  return {
    metered: {
      components: components.map(({ meter, form }): PriceComponentDocument => ({
        meter,
        price: documentOf(form),
      })),
      maximum: String(maximum),
    },
  }
}

/** A form of the plain list on the wire. */
export function documentOf(form: Form): PriceFormDocument {
  const limits = {
    ...(form.freeUnits === 0n ? {} : { freeUnits: String(form.freeUnits) }),
    ...(form.minimum === 0n ? {} : { minimum: String(form.minimum) }),
    ...(form.maximum === undefined ? {} : { maximum: String(form.maximum) }),
  }
  switch (form.form) {
    case 'flat':
      return { form: 'flat', amount: String(form.amount), ...limits }
    case 'unit':
      return { form: 'unit', rate: rateOf(form.rate), ...limits }
    case 'package':
      return { form: 'package', size: String(form.size), amount: String(form.amount), ...limits }
    case 'percentage':
      return {
        form: 'percentage',
        rate: rateOf(form.rate),
        fixed: String(form.fixed),
        ...limits,
      }
    case 'graduated':
    case 'volume':
      return {
        form: form.form,
        tiers: form.tiers.map(({ upTo, rate, flat }) => ({
          rate: rateOf(rate),
          ...(upTo === undefined ? {} : { upTo: String(upTo) }),
          ...(flat === 0n ? {} : { flat: String(flat) }),
        })),
        ...limits,
      }
  }
}

function rateOf({ amount, per }: Ratio) {
  return { amount: String(amount), per: String(per) }
}
