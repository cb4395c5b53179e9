import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Download } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button, Bytes, classNames, CopyButton, Notice } from '../../../kit/index.ts'
import { countHidden } from '../../servers/hidden-text.ts'
import { HiddenText } from '../../servers/hidden-text-view.tsx'
import { download } from './blob-url.ts'
import { chunksOf, FIRST_CHARS, NEXT_CHARS } from './text-chunks.ts'

/** A text of a server, as it is: never as markup, in parts when it is long, with hidden characters named. */
export function TextView({ text, name, label }: { text: string; name: string; label: string }) {
  const { t } = useLingui()
  const [shown, setShown] = useState(FIRST_CHARS)
  const chunks = useMemo(() => chunksOf(text, shown), [text, shown])
  const bytes = useMemo(() => new Blob([text]).size, [text])
  const rest = text.length - chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <HiddenCount text={text} />
      <figure className="min-w-0 overflow-hidden rounded-md border border-line bg-sunken">
        <figcaption className="flex min-h-9 items-center justify-between gap-2 border-b border-line ps-3 pe-1 text-xs text-muted">
          <span className="truncate">
            {label} · <Bytes n={bytes} />
          </span>
          <span className="inline-flex items-center">
            <Button
              size="sm"
              variant="ghost"
              icon={Download}
              aria-label={t`Download ${label}`}
              onClick={() => download(text, `${name}.txt`, 'text/plain;charset=utf-8')}
            >
              <Trans>Download</Trans>
            </Button>
            <CopyButton text={text} label={t`Copy: ${label}`} />
          </span>
        </figcaption>
        {/* Scrolls inside itself, so it has to be reachable by keyboard (WCAG 2.1.1). */}
        <div
          role="region"
          aria-label={label}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls
          tabIndex={0}
          className="max-h-[60vh] overflow-auto p-3 focus-visible:-outline-offset-2"
        >
          {text === '' ? (
            <span className="text-faint">
              <Trans>(empty text)</Trans>
            </span>
          ) : (
            chunks.map((chunk, index) => (
              <pre
                key={index}
                dir="auto"
                className={classNames(
                  'text-sm wrap-anywhere whitespace-pre-wrap',
                  chunks.length > 1 && '[content-visibility:auto]',
                )}
              >
                <HiddenText text={chunk} />
              </pre>
            ))
          )}
        </div>
      </figure>
      {rest > 0 && (
        <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
          <Button size="sm" onClick={() => setShown(shown + NEXT_CHARS)}>
            <Trans>Show more</Trans>
          </Button>
          <span>
            <Plural value={rest} one="# further character" other="# further characters" />
          </span>
        </div>
      )}
    </div>
  )
}

/** Characters that are searched for hidden ones: all of the largest result. */
const SEARCHED_MAX = 16_000_000

function HiddenCount({ text }: { text: string }) {
  const count = useMemo(
    () => countHidden(text.slice(0, SEARCHED_MAX).replaceAll('\r\n', '\n')),
    [text],
  )
  if (count === 0) return null
  return (
    <Notice
      tone="warn"
      title={<Plural value={count} one="# hidden character" other="# hidden characters" />}
    >
      <Trans>A model reads them, a person does not. They are named where they stand.</Trans>
    </Notice>
  )
}
