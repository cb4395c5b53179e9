import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { IconButton } from './icon-button.tsx'

const WIDTH = { sm: 'max-w-md', md: 'max-w-xl', lg: 'max-w-3xl' } as const

/** A modal question or form. The browser's own dialog: it keeps the focus inside and gives it back. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  footer,
  size = 'md',
  dismissable = true,
  children,
}: {
  open: boolean
  /** Escape, the close button and a press on the backdrop. */
  onClose: () => void
  title: ReactNode
  description?: ReactNode
  footer?: ReactNode
  size?: keyof typeof WIDTH
  /** False: only its own buttons close it (a secret that is shown once). */
  dismissable?: boolean
  children?: ReactNode
}) {
  const { t } = useLingui()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    if (!open || element === null) return undefined
    element.showModal()
    firstField(element)?.focus()
    return () => element.close()
  }, [open])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-lead`}
      onCancel={(event) => {
        if (event.target !== dialog.current) return
        event.preventDefault()
        if (dismissable) onClose()
      }}
      onPointerDown={(event) => dismissable && event.target === dialog.current && onClose()}
      className={`m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] rounded-lg border border-line bg-raised shadow-float ${WIDTH[size]}`}
    >
      {open && (
        <div className="flex max-h-[calc(100dvh-2rem-2px)] flex-col">
          <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-2">
            <div className="min-w-0">
              <h2 id={`${id}-title`} className="text-lg font-semibold">
                {title}
              </h2>
              {description !== undefined && (
                <div id={`${id}-lead`} className="text-muted">
                  {description}
                </div>
              )}
            </div>
            {dismissable && (
              <IconButton label={t`Close`} icon={X} onClick={onClose} className="-me-2 -mt-1" />
            )}
          </header>
          <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-2">{children}</div>
          <footer className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-4">{footer}</footer>
        </div>
      )}
    </dialog>
  )
}

/** Where typing starts: the marked field, else the first one; without fields the browser's own choice. */
function firstField(dialog: HTMLElement): HTMLElement | null {
  return (
    dialog.querySelector<HTMLElement>('[data-autofocus]') ??
    dialog.querySelector<HTMLElement>(':is(input, select, textarea):enabled:not([readonly])')
  )
}
