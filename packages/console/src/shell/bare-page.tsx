import type { ReactNode } from 'react'
import { useDocumentTitle } from '../kit/page.tsx'
import { Brand } from './brand.tsx'

/** A page for who is not signed in: the mark, one card, nothing else. */
export function BarePage({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ReactNode
  children: ReactNode
}) {
  useDocumentTitle(title)
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 px-4 py-10">
      <header>
        <Brand large />
      </header>
      <main className="rounded-lg border border-line bg-surface p-6 shadow-raised max-sm:p-4">
        <h1
          id="page-title"
          tabIndex={-1}
          className="text-xl font-semibold tracking-tight outline-none"
        >
          {title}
        </h1>
        {lead !== undefined && <div className="mt-1 text-muted">{lead}</div>}
        <div className="mt-5 flex flex-col gap-4">{children}</div>
      </main>
    </div>
  )
}
