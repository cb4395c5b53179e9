import type { Server } from '@mcp-orchestra/sdk'
import { lazy, Suspense } from 'react'
import { Skeleton } from '../../../kit/index.ts'

const ServerSettings = lazy(async () => {
  const { ServerSettings: loaded } = await import('./server-settings.tsx')
  return { default: loaded }
})

/** The settings of a server, loaded when they are looked at: its forms are half of the screen. */
export function ServerSettingsLater({ server }: { server: Server }) {
  return (
    <Suspense fallback={<Skeleton lines={8} />}>
      <ServerSettings server={server} />
    </Suspense>
  )
}
