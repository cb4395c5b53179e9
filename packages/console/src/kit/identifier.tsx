import { useLingui } from '@lingui/react/macro'
import { CopyButton } from './copy-button.tsx'

/** Characters of an id that are shown at its end: enough to tell two of one day apart. */
const TAIL = 6

/** An id, shortened in the middle; the whole of it is in the title and in what is copied. */
export function Identifier({
  value,
  copy = false,
  full = false,
}: {
  value: string
  copy?: boolean
  full?: boolean
}) {
  const { t } = useLingui()
  const prefix = /^[a-z]+_/.exec(value)?.[0] ?? ''
  const shown =
    full || value.length <= prefix.length + TAIL + 2 ? value : `${prefix}…${value.slice(-TAIL)}`
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1 align-middle">
      <code title={value} className={full ? 'min-w-0 break-all' : 'whitespace-nowrap'}>
        {shown}
      </code>
      {copy && <CopyButton text={value} label={t`Copy ${value}`} />}
    </span>
  )
}
