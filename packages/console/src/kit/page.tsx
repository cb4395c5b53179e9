import { useLingui } from '@lingui/react/macro'
import { Link, type LinkProps } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'

/** The frame of one screen: document title, the only h1, a lead sentence and the row of actions. */
export function Page({
  title,
  lead,
  actions,
  back,
  children,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  /** Where "back" leads: a list that this screen is one item of. */
  back?: LinkProps & { label: string }
  children?: ReactNode
}) {
  useDocumentTitle(title)
  return (
    <div className="mx-auto flex w-full max-w-(--size-page) flex-col gap-5 px-4 py-5 md:px-7 md:py-6">
      <div className="flex flex-col gap-1">
        {back !== undefined && <BackLink {...back} />}
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0 flex-1 basis-64">
            <h1
              id="page-title"
              tabIndex={-1}
              className="text-xl font-semibold tracking-tight outline-none"
            >
              {title}
            </h1>
            {lead !== undefined && <p className="mt-1 max-w-[72ch] text-muted">{lead}</p>}
          </div>
          {actions !== undefined && (
            <div className="flex flex-wrap items-center gap-2">{actions}</div>
          )}
        </div>
      </div>
      {children}
    </div>
  )
}

function BackLink({ label, ...link }: LinkProps & { label: string }) {
  return (
    <Link
      {...link}
      className="-ms-1 inline-flex min-h-7 items-center gap-1 self-start rounded-sm px-1 text-sm text-muted hover:text-text pointer-coarse:min-h-11"
    >
      <ArrowLeft size={14} aria-hidden className="rtl:rotate-180" />
      {label}
    </Link>
  )
}

/** Puts the screen's name into the document's title. */
export function useDocumentTitle(title: string): void {
  const { t } = useLingui()
  const whole = t`${title} – MCP-Orchestra`
  useEffect(() => {
    document.title = whole
  }, [whole])
}
