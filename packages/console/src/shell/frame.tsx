import { Trans } from '@lingui/react/macro'
import { useCallback, useState, type ReactNode } from 'react'
import { presence } from '../session/presence.ts'
import { useStore } from '../session/store.ts'
import { BottomBar } from './bottom-bar.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { Header } from './header.tsx'
import { later, usePrefetch } from './lazy.tsx'
import { useShortcut } from './shortcut.ts'
import { Sidebar } from './sidebar.tsx'
import { UpdateBanner } from './update-banner.tsx'

const Palette = later(() => import('./palette.tsx'))
const SessionEnded = later(() => import('./session-ended.tsx'))

/** What is around every screen of somebody who is signed in. */
export function Frame({ children }: { children: ReactNode }) {
  const [palette, setPalette] = useState<'unloaded' | 'open' | 'closed'>('unloaded')
  const ended = useStore(presence) === 'ended'
  usePrefetch()
  useShortcut(useCallback(() => setPalette((state) => (state === 'open' ? 'closed' : 'open')), []))
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="fixed start-2 top-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        <Trans>Skip to the content</Trans>
      </a>
      <Sidebar />
      <div className="flex min-w-0 flex-1 flex-col max-md:pb-[calc(var(--size-bottom-bar)+env(safe-area-inset-bottom))]">
        <Header onPalette={() => setPalette('open')} />
        <ConnectionBanner />
        <UpdateBanner />
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 scroll-mt-16 outline-none">
          {children}
        </main>
      </div>
      <BottomBar />
      {ended && <SessionEnded />}
      {palette !== 'unloaded' && (
        <Palette open={palette === 'open'} onClose={() => setPalette('closed')} />
      )}
    </div>
  )
}
