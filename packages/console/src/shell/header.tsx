import { Trans } from '@lingui/react/macro'
import { Building2, Search } from 'lucide-react'
import { Kbd } from '../kit/kbd.tsx'
import { useMe } from '../session/me.ts'
import { BalanceChip } from './balance-chip.tsx'
import { MemberMenu } from './member-menu.tsx'
import { SHORTCUT_TEXT } from './shortcut.ts'

/** Whose console it is, the way to everything, and the money. */
export function Header({ onPalette }: { onPalette: () => void }) {
  const { organization } = useMe()
  return (
    <header className="sticky top-0 z-20 flex h-(--size-header) items-center gap-2 border-b border-line bg-page px-4 md:px-7">
      <div className="flex min-w-0 flex-1 items-center gap-2 font-medium">
        <Building2 size={16} aria-hidden className="shrink-0 text-muted" />
        <span className="sr-only">
          <Trans>Organization</Trans>
        </span>
        <span className="truncate" title={organization.name}>
          {organization.name}
        </span>
      </div>
      <button
        type="button"
        onClick={onPalette}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        className="inline-flex min-h-(--size-control) items-center gap-2 rounded-md border border-line px-2.5 text-muted hover:bg-hover hover:text-text max-sm:min-w-(--size-control) max-sm:justify-center"
      >
        <Search size={15} aria-hidden />
        <span className="max-sm:sr-only">
          <Trans>Search</Trans>
        </span>
        <span className="max-lg:hidden" aria-hidden>
          <Kbd>{SHORTCUT_TEXT}</Kbd>
        </span>
      </button>
      <BalanceChip />
      <MemberMenu />
    </header>
  )
}
