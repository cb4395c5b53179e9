import { Check } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react'
import { classNames } from './class-names.ts'
import type { Icon } from './icon.ts'
import { moveFocus } from './move-focus.ts'
import { movePopover } from './place-beside.ts'

/** One line of a menu; `checked` makes it one of a choice. */
export type MenuItem = {
  readonly label: string
  readonly icon?: Icon
  readonly onSelect: () => void
  readonly danger?: boolean
  readonly checked?: boolean
  readonly disabled?: boolean
  /** A hairline above it. */
  readonly parted?: boolean
}

/** The list of a menu, beside the button that names it by `popoverTarget`. */
export function MenuList({
  id,
  button,
  label,
  items,
  align = 'end',
  startOpen = false,
  onOpen,
}: {
  id: string
  button: RefObject<HTMLButtonElement | null>
  /** Names the list. */
  label: string
  items: readonly MenuItem[]
  align?: 'start' | 'end' | undefined
  /** The button was pressed before the list was there. */
  startOpen?: boolean
  onOpen: (open: boolean) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  const opensAtOnce = useRef(startOpen)
  useEffect(() => {
    if (opensAtOnce.current) list.current?.showPopover()
  }, [])
  const choose = (item: MenuItem): void => {
    list.current?.hidePopover()
    item.onSelect()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') list.current?.hidePopover()
    else if (list.current !== null && moveFocus(list.current, '[role^=menuitem]', event.key))
      event.preventDefault()
  }
  return (
    <div
      ref={list}
      id={id}
      role="menu"
      tabIndex={-1}
      popover="auto"
      aria-label={label}
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        const opened = event.newState === 'open'
        onOpen(opened)
        if (!opened || list.current === null || button.current === null) return
        movePopover(button.current, list.current, align)
        moveFocus(list.current, '[role^=menuitem]', 'Home')
      }}
      className="fixed max-h-[70vh] min-w-44 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-float"
    >
      {items.map((item) => (
        <MenuLine key={item.label} item={item} onChoose={choose} />
      ))}
    </div>
  )
}

function MenuLine({ item, onChoose }: { item: MenuItem; onChoose: (item: MenuItem) => void }) {
  const IconOf = item.icon
  return (
    <button
      type="button"
      role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={item.checked}
      aria-disabled={item.disabled}
      tabIndex={-1}
      onClick={() => item.disabled !== true && onChoose(item)}
      className={classNames(
        'flex min-h-(--size-control) w-full items-center gap-2 rounded-md px-2 text-start hover:bg-hover focus-visible:bg-hover focus-visible:outline-offset-[-2px] aria-disabled:opacity-55',
        item.danger === true && 'text-bad',
        item.parted === true && 'mt-1 border-t border-line',
      )}
    >
      {IconOf !== undefined && <IconOf size={15} aria-hidden className="shrink-0" />}
      <span className="flex-1">{item.label}</span>
      {item.checked === true && <Check size={15} aria-hidden className="shrink-0" />}
    </button>
  )
}
