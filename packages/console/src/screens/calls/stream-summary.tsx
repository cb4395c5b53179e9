import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef, useState } from 'react'
import { VisuallyHidden } from '../../kit/index.ts'
import type { CallFeed } from '../../queries/call-feed.ts'

/** Time between two spoken summaries, in ms: news, not a ticker. */
const SPOKEN_EVERY_MS = 10_000

/** Tells screen readers now and then how many calls came; never the rows themselves. */
export function StreamSummary({ feed }: { feed: CallFeed }) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const latest = useRef(feed)
  const spoken = useRef(feed.calls[0]?.id)
  useEffect(() => {
    latest.current = feed
  })
  useEffect(() => {
    const timer = setInterval(() => {
      const { calls } = latest.current
      const before = spoken.current
      spoken.current = calls[0]?.id
      const fresh = before === undefined ? [] : calls.filter(({ id }) => id > before)
      if (fresh.length === 0) return
      const failed = fresh.filter(({ outcome }) => outcome !== 'complete').length
      const came = t`${plural(fresh.length, { one: '# new call', other: '# new calls' })}`
      setText(failed === 0 ? came : t`${came}, ${failed} not complete`)
    }, SPOKEN_EVERY_MS)
    return () => clearInterval(timer)
  }, [t])
  return (
    <VisuallyHidden>
      <span role="status">{text}</span>
    </VisuallyHidden>
  )
}
