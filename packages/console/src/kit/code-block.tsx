import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef, useState } from 'react'
import { classNames } from './class-names.ts'
import { CopyButton } from './copy-button.tsx'

/** Text as it is: monospaced, scrolling inside itself, reachable by keyboard when it scrolls. */
export function CodeBlock({
  text,
  language,
  label,
  copyable = true,
  wrap = false,
}: {
  text: string
  /** Shown beside the label. */
  language?: string
  /** What it is: names it to screen readers, and stands above it. */
  label?: string
  copyable?: boolean
  wrap?: boolean
}) {
  const { t } = useLingui()
  const pre = useRef<HTMLPreElement>(null)
  const scrolls = useScrolls(pre)
  const name = label ?? t`Code`
  const heading = [label, language].filter(Boolean).join(' · ')
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border border-line bg-sunken">
      {(heading !== '' || copyable) && (
        <figcaption className="flex min-h-9 items-center justify-between gap-2 border-b border-line ps-3 pe-1 text-xs text-muted">
          <span className="truncate">{heading}</span>
          {copyable && <CopyButton text={text} label={t`Copy: ${name}`} />}
        </figcaption>
      )}
      <pre
        ref={pre}
        {...(scrolls ? { tabIndex: 0, role: 'region', 'aria-label': name } : {})}
        className={classNames(
          'max-h-96 overflow-auto p-3 text-sm',
          wrap && 'break-words whitespace-pre-wrap',
        )}
      >
        <code dir="ltr">{text}</code>
      </pre>
    </figure>
  )
}

function useScrolls(ref: React.RefObject<HTMLElement | null>): boolean {
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (element === null) return undefined
    const look = (): void =>
      setScrolls(
        element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight,
      )
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    // The text inside grows without its frame.
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild)
    return () => observer.disconnect()
  }, [ref])
  return scrolls
}
