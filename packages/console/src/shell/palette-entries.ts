import { useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { CirclePlus, KeyRound, LogOut, Moon, Server, Sun } from 'lucide-react'
import type { Permission } from '@mcp-orchestra/sdk'
import type { Icon } from '../kit/icon.ts'
import { useMe } from '../session/me.ts'
import { theme } from '../session/theme.ts'
import { placesFor } from './navigation.ts'
import { useLeave } from './leave.ts'

/** One line of the command palette. */
export type PaletteEntry = {
  /** Unique among all entries. */
  readonly id: string
  readonly label: string
  readonly note?: string
  readonly icon: Icon
  readonly onSelect: () => void
}

/** Where one can go and what one can do, as far as one may. */
export function usePaletteEntries(): { places: PaletteEntry[]; actions: PaletteEntry[] } {
  const { i18n } = useLingui()
  const navigate = useNavigate()
  const { permissions } = useMe()
  const places = placesFor(permissions).map(({ to, label, icon }) => ({
    id: `go ${to}`,
    label: i18n._(label),
    icon,
    onSelect: () => void navigate({ to }),
  }))
  return { places, actions: useActions(permissions) }
}

function useActions(permissions: readonly Permission[]): PaletteEntry[] {
  const { t } = useLingui()
  const navigate = useNavigate()
  const leave = useLeave()
  const actions: (PaletteEntry & { needs?: Permission })[] = [
    {
      id: 'do key',
      label: t`Create an API key`,
      icon: KeyRound,
      needs: 'keys:write',
      onSelect: () => void navigate({ to: '/keys', search: { dialog: 'create' } }),
    },
    {
      id: 'do server',
      label: t`Register a server`,
      icon: Server,
      needs: 'servers:write',
      onSelect: () => void navigate({ to: '/servers', search: { dialog: 'register' } }),
    },
    {
      id: 'do top-up',
      label: t`Top up the balance`,
      icon: CirclePlus,
      needs: 'platform:operate',
      onSelect: () => void navigate({ to: '/balance', search: { do: 'top-up' } }),
    },
    { id: 'do light', label: t`Light theme`, icon: Sun, onSelect: () => theme.set('light') },
    { id: 'do dark', label: t`Dark theme`, icon: Moon, onSelect: () => theme.set('dark') },
    { id: 'do sign out', label: t`Sign out`, icon: LogOut, onSelect: () => void leave() },
  ]
  return actions.filter(({ needs }) => needs === undefined || permissions.includes(needs))
}
