import { msg } from '@lingui/core/macro'
import type { MessageDescriptor } from '@lingui/core'
import type { Permission } from '@mcp-orchestra/sdk'
import {
  Activity,
  BookOpen,
  ChartLine,
  FileText,
  Gauge,
  History,
  KeyRound,
  Link2,
  Plug,
  Server,
  SquareTerminal,
  Wallet,
} from 'lucide-react'
import type { Icon } from '../kit/icon.ts'

/** One place of the console. */
export type Place = {
  readonly to:
    | '/'
    | '/servers'
    | '/playground'
    | '/calls'
    | '/balance'
    | '/usage'
    | '/invoices'
    | '/journal'
    | '/keys'
    | '/connect'
    | '/connections'
    | '/audit'
  readonly label: MessageDescriptor
  readonly icon: Icon
  /** Without it the place is not shown: it would only refuse. */
  readonly needs?: Permission
}

/** The places, grouped as the sidebar shows them. */
export const NAVIGATION: readonly {
  readonly title: MessageDescriptor | undefined
  readonly places: readonly Place[]
}[] = [
  { title: undefined, places: [{ to: '/', label: msg`Home`, icon: Gauge }] },
  {
    title: msg`Tools`,
    places: [
      { to: '/servers', label: msg`Servers`, icon: Server, needs: 'servers:read' },
      { to: '/playground', label: msg`Playground`, icon: SquareTerminal, needs: 'servers:read' },
      { to: '/calls', label: msg`Calls`, icon: Activity, needs: 'usage:read' },
    ],
  },
  {
    title: msg`Money`,
    places: [
      { to: '/balance', label: msg`Balance`, icon: Wallet, needs: 'balance:read' },
      { to: '/usage', label: msg`Usage`, icon: ChartLine, needs: 'usage:read' },
      { to: '/invoices', label: msg`Invoices`, icon: FileText, needs: 'balance:read' },
      { to: '/journal', label: msg`Journal`, icon: BookOpen, needs: 'ledger:read' },
    ],
  },
  {
    title: msg`Access`,
    places: [
      { to: '/keys', label: msg`API keys`, icon: KeyRound, needs: 'keys:read' },
      { to: '/connections', label: msg`Accounts`, icon: Link2, needs: 'servers:read' },
      { to: '/connect', label: msg`Connect`, icon: Plug },
      { to: '/audit', label: msg`Audit log`, icon: History, needs: 'audit:read' },
    ],
  },
]

/** Places of the bar at the foot of a phone; the others are in its drawer. */
export const BAR_PLACES: ReadonlySet<Place['to']> = new Set([
  '/',
  '/servers',
  '/playground',
  '/calls',
])

/** Every place that somebody with these permissions may see. */
export function placesFor(permissions: readonly Permission[]): readonly Place[] {
  return NAVIGATION.flatMap(({ places }) => places).filter((place) => mayEnter(place, permissions))
}

/** Whether somebody with these permissions may see a place. */
export function mayEnter({ needs }: Place, permissions: readonly Permission[]): boolean {
  return needs === undefined || permissions.includes(needs)
}
