import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Pause, Play } from 'lucide-react'
import { useEffect } from 'react'
import { Button, Kbd, Notice } from '../../kit/index.ts'
import type { useCallFeed } from '../../queries/live.ts'
import { StreamStatus } from './stream-state.tsx'

type Feed = ReturnType<typeof useCallFeed>

/** State of the stream and the pause button; Space does the same where nothing else wants it. */
export function StreamBar({ feed }: { feed: Feed }) {
  const { paused, waiting, overflowed } = feed.feed
  const { pause, resume, stream } = feed
  const live = stream !== 'off'
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!live || event.key !== ' ' || event.defaultPrevented || event.repeat || wantsSpace(event))
        return
      event.preventDefault()
      if (paused) resume()
      else pause()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [live, paused, pause, resume])
  const count = waiting.length + overflowed
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <StreamStatus {...feed} />
      {live && (
        <Button
          icon={paused ? Play : Pause}
          onClick={paused ? resume : pause}
          aria-keyshortcuts="Space"
        >
          {paused ? (
            <Plural value={count} _0="Resume" one="Resume, # waits" other="Resume, # wait" />
          ) : (
            <Trans>Pause</Trans>
          )}
          <span className="max-sm:hidden" aria-hidden>
            <Kbd>Space</Kbd>
          </span>
        </Button>
      )}
    </div>
  )
}

/** What the reader must know about calls that are not in the rows. */
export function StreamNotices({
  feed,
  onOlder,
}: {
  feed: Feed
  onOlder: (before: string) => void
}) {
  const { t } = useLingui()
  const { overflowed, dropped, full, paused, calls, waiting } = feed.feed
  const oldest = calls.at(-1)
  return (
    <>
      {overflowed > 0 && (
        <Notice tone="info" title={t`More calls than can wait`}>
          <Plural
            value={overflowed}
            one={`${waiting.length} calls wait, # more is read from the list when you resume.`}
            other={`${waiting.length} calls wait, # more are read from the list when you resume.`}
          />
        </Notice>
      )}
      {dropped > 0 && (
        <Notice tone="info" title={t`Calls came faster than this page could read`}>
          <Plural
            value={dropped}
            one="# call was left out of the stream"
            other="# calls were left out of the stream"
          />
          {'. '}
          {paused ? (
            <Trans>The list is read again when you resume, so that none is missing.</Trans>
          ) : (
            <Trans>The list was read again, so that none is missing.</Trans>
          )}
        </Notice>
      )}
      {full && oldest !== undefined && (
        <Notice
          tone="info"
          title={t`These are the newest ${calls.length} calls`}
          actions={
            <Button size="sm" onClick={() => onOlder(oldest.at)}>
              <Trans>Show older calls</Trans>
            </Button>
          }
        >
          <Trans>Older ones left this page; the list still has them.</Trans>
        </Notice>
      )}
    </>
  )
}

/** Controls that Space already does something on, and dialogs. */
function wantsSpace(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true
  if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return true
  const { target } = event
  return (
    target instanceof Element &&
    target.closest('button, a, input, select, textarea, summary, [role=tab], [contenteditable]') !==
      null
  )
}
