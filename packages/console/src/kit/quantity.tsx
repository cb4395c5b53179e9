import { useLingui } from '@lingui/react/macro'
import { bytesText, durationText } from './quantity-text.ts'

/** A duration in milliseconds, for people. */
export function Duration({ ms }: { ms: number }) {
  const { i18n } = useLingui()
  return (
    <span title={`${ms} ms`} className="whitespace-nowrap">
      {durationText(ms, i18n.locale)}
    </span>
  )
}

/** A size in bytes, for people. */
export function Bytes({ n }: { n: number }) {
  const { i18n } = useLingui()
  return (
    <span title={`${n} B`} className="whitespace-nowrap">
      {bytesText(n, i18n.locale)}
    </span>
  )
}
