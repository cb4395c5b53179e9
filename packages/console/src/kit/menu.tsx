import { cloneElement, useId, useRef, useState, type ReactElement, type Ref } from 'react'
import { MenuList, type MenuItem } from './menu-list.tsx'

type TriggerProps = {
  ref?: Ref<HTMLButtonElement>
  popoverTarget?: string
  'aria-haspopup'?: 'menu'
  'aria-expanded'?: boolean
}

/** A button that opens a list of actions: arrows move, a letter jumps, Escape goes back to the button. */
export function Menu({
  trigger,
  label,
  items,
  align,
}: {
  /** A Button or an IconButton. */
  trigger: ReactElement<TriggerProps>
  /** Names the list. */
  label: string
  items: readonly MenuItem[]
  align?: 'start' | 'end'
}) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  return (
    <>
      {cloneElement(trigger, {
        ref: button,
        popoverTarget: id,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
      })}
      <MenuList
        id={id}
        button={button}
        label={label}
        items={items}
        align={align}
        onOpen={setOpen}
      />
    </>
  )
}
