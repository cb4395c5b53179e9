import { useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { Tabs } from '../../../kit/index.ts'
import { toolsQuery } from '../../../queries/tools.ts'
import { useOrchestra } from '../../../session/index.ts'
import type { SERVER_TABS } from '../search.ts'
import { Overview } from './overview.tsx'
import { PriceHistory } from './price-history.tsx'
import { ServerSettingsLater } from './server-settings-later.tsx'
import { useServerSearch } from './server-search.ts'
import { ServerTools } from './server-tools.tsx'

/** The tabs of one server; which one is open is in the address. */
export function ServerTabs({ server }: { server: Server }) {
  const { t } = useLingui()
  const [{ tab = 'overview' }, put] = useServerSearch()
  const tools = useQuery(toolsQuery(useOrchestra(), server.id))
  return (
    <Tabs<(typeof SERVER_TABS)[number]>
      label={t`Views of ${server.name}`}
      value={tab}
      onChange={(next) =>
        put({ tab: next === 'overview' ? undefined : next, q: undefined, tool: undefined })
      }
      items={[
        { value: 'overview', label: t`Overview` },
        { value: 'tools', label: t`Tools`, count: tools.data?.items.length },
        { value: 'prices', label: t`Prices` },
        { value: 'settings', label: t`Settings` },
      ]}
    >
      {tab === 'overview' && <Overview server={server} />}
      {tab === 'tools' && <ServerTools server={server} />}
      {tab === 'prices' && <PriceHistory server={server} />}
      {tab === 'settings' && <ServerSettingsLater server={server} />}
    </Tabs>
  )
}
