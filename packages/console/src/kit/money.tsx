import { useLingui } from '@lingui/react/macro'
import type { WireMoney } from '@mcp-orchestra/sdk'
import { moneyText } from './money-text.ts'

/** An amount with its currency; the exact decimal is in the title. */
export function Money({
  value,
  precision = 'exact',
  sign = false,
}: {
  value: WireMoney
  precision?: 'exact' | 'short'
  /** Also writes the plus. */
  sign?: boolean
}) {
  const { i18n } = useLingui()
  const { text, exact } = moneyText(value, { locale: i18n.locale, precision, sign })
  return (
    <data value={exact} title={exact} className="whitespace-nowrap">
      {text}
    </data>
  )
}
