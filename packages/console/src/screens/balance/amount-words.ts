import { useLingui } from '@lingui/react/macro'
import type { AmountFault } from './top-up-form.ts'

/** What is wrong with a typed amount, and what to type. */
export function useAmountWords(): (fault: AmountFault) => string {
  const { t } = useLingui()
  return (fault) => {
    switch (fault) {
      case 'missing':
        return t`Type an amount.`
      case 'zero':
        return t`Type an amount above zero.`
      case 'malformed':
        return t`Type digits and one point, such as 5 or 0.25: at most 12 before the point and 18 after.`
    }
  }
}
