import { useLingui } from '@lingui/react/macro'
import { CircleUser } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { IconButton } from '../kit/icon-button.tsx'
import { useMe } from '../session/me.ts'
import { later } from './lazy.tsx'

const MemberMenuList = later(() => import('./member-menu-list.tsx'))

/** Opens the menu of display and account, whose list follows the first paint; a press that is earlier is kept. */
export function MemberMenu() {
  const { t } = useLingui()
  const { member } = useMe()
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const [pressed, setPressed] = useState(false)
  const name = member?.email ?? t`Key`
  return (
    <>
      <IconButton
        ref={button}
        label={t`Display and account of ${name}`}
        icon={CircleUser}
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setPressed(true)}
      />
      <MemberMenuList id={id} button={button} startOpen={pressed} onOpen={setOpen} />
    </>
  )
}
