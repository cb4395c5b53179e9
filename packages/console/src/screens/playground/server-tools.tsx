import { Trans } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo } from 'react'
import { Button, classNames, Skeleton } from '../../kit/index.ts'
import { currentPricesQuery, pricesByTool } from '../../queries/prices.ts'
import { toolsQuery } from '../../queries/tools.ts'
import { nowMs, useOrchestra } from '../../session/index.ts'
import { toolRows } from '../servers/detail/tool-row.ts'
import { ChooseTool, NoTools } from './empty-states.tsx'
import { PickerLayout } from './pick/picker-layout.tsx'
import { ToolPicker } from './pick/tool-picker.tsx'
import { argsOf } from './search.ts'
import { usePlaygroundSearch, usePut } from './use-put.ts'

const loadBench = () => import('./tool/tool-bench.tsx')
const ToolBench = lazy(loadBench)

/** The tools of one server, and the one that is being tried. */
export function ServerTools({ server, picker }: { server: Server; picker: React.ReactNode }) {
  const orchestra = useOrchestra()
  const { tool: chosen, args } = usePlaygroundSearch()
  const put = usePut()
  const tools = useQuery(toolsQuery(orchestra, server.id))
  const prices = useQuery(currentPricesQuery(orchestra, server.id))
  const rows = useMemo(
    () =>
      toolRows(tools.data?.items ?? [], prices.data && pricesByTool(prices.data.items, nowMs())),
    [tools.data, prices.data],
  )
  const row = rows.find(({ name }) => name === chosen)
  const onArgs = useCallback(
    (text: string) => put({ args: text === '{}' ? undefined : argsOf(text) }),
    [put],
  )
  useEffect(() => {
    // The form is not in the first chunk; it is fetched while a tool is chosen, and else when it is needed.
    loadBench().catch(() => undefined)
  }, [])
  if (tools.isSuccess && rows.length === 0) {
    return <PickerLayout left={picker} right={<NoTools server={server} />} />
  }
  const list = (
    // On a phone the list steps aside for the tool.
    <div
      className={classNames('flex min-w-0 flex-col gap-4', row !== undefined && 'max-lg:hidden')}
    >
      {picker}
      <ToolPicker
        rows={rows}
        chosen={chosen}
        isLoading={tools.isPending}
        problem={tools.error}
        retry={() => void tools.refetch()}
        onChoose={(tool) => put({ tool, args: undefined })}
      />
    </div>
  )
  if (row?.tool === undefined) {
    return <PickerLayout left={list} right={tools.isSuccess && <ChooseTool missing={chosen} />} />
  }
  return (
    <PickerLayout
      left={list}
      right={
        <>
          <Button
            variant="ghost"
            icon={ArrowLeft}
            className="mb-3 -ms-3 lg:hidden"
            onClick={() => put({ tool: undefined, args: undefined })}
          >
            <Trans>All tools of {server.name}</Trans>
          </Button>
          <Suspense fallback={<Skeleton lines={8} />}>
            <ToolBench
              key={row.name}
              server={server}
              tool={row.tool}
              price={row.price}
              args={args}
              onArgs={onArgs}
            />
          </Suspense>
        </>
      }
    />
  )
}
