import { formatMoney, type WireMoney } from '@mcp-orchestra/sdk'

/** Decimal places of the short form: a tenth of a US cent and below is still seen. */
const SHORT_PLACES = 6

/** An amount in words of the reader's language; `exact` never rounds, `short` cuts and says so. */
export function moneyText(
  money: WireMoney,
  options: { locale: string; precision?: 'exact' | 'short'; sign?: boolean },
): { text: string; exact: string } {
  const exact = formatMoney(money)
  const parts = /^(-?)(\d+)(?:\.(\d+))? (\S+)$/.exec(exact)
  if (parts === null) return { text: exact, exact }
  const [, minus = '', whole = '0', fraction = '', code = ''] = parts
  const places = options.precision === 'short' ? SHORT_PLACES : fraction.length
  const kept = fraction.slice(0, places)
  const cut = /[1-9]/.test(fraction.slice(places))
  const format = new Intl.NumberFormat(options.locale, {
    minimumFractionDigits: Math.max(2, kept.length),
    maximumFractionDigits: Math.max(2, kept.length),
  })
  // ES2023 formats a decimal string exactly; a number would not hold 18 places.
  const digits = format.format(`${whole}.${kept === '' ? '0' : kept}` as Intl.StringNumericLiteral)
  const sign = minus !== '' ? '−' : options.sign === true && /[1-9]/.test(exact) ? '+' : ''
  return { text: `${cut ? '≈ ' : ''}${sign}${digits} ${code}`, exact }
}
