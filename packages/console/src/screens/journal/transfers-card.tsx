import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { LedgerTransfer } from '@mcp-orchestra/sdk'
import { useState, type ReactNode } from 'react'
import { Button, Card } from '../../kit/index.ts'
import { useNames } from '../../queries/names.ts'
import { TransferDialog } from './transfer-dialog.tsx'
import { TransfersTable } from './transfers-table.tsx'

/** The transfers that are loaded, each of which opens down to its postings. */
export function TransfersCard({
  transfers,
  loading,
  loadingMore,
  onMore,
  onAccount,
  empty,
}: {
  transfers: readonly LedgerTransfer[]
  loading: boolean
  loadingMore: boolean
  /** Absent on the last page. */
  onMore: (() => void) | undefined
  onAccount: (account: string) => void
  empty: ReactNode
}) {
  const { t } = useLingui()
  const names = useNames()
  const [opened, setOpened] = useState<LedgerTransfer>()
  const together = transfers.filter(({ link }) => link !== null && link === opened?.link)
  return (
    <Card flush>
      <TransfersTable
        caption={t`Transfers, newest first`}
        transfers={transfers}
        loading={loading}
        onOpen={setOpened}
        empty={empty}
      />
      {transfers.length > 0 && (
        <div className="flex min-h-12 flex-wrap items-center justify-between gap-3 border-t border-line px-(--size-card-pad) py-2 text-sm text-muted">
          <span>
            <Plural value={transfers.length} one="# transfer shown" other="# transfers shown" />
          </span>
          {onMore !== undefined && (
            <Button size="sm" busy={loadingMore} onClick={onMore}>
              <Trans>Load more</Trans>
            </Button>
          )}
        </div>
      )}
      {opened !== undefined && (
        <TransferDialog
          transfer={opened}
          together={together}
          names={names}
          onClose={() => setOpened(undefined)}
          onAccount={(account) => {
            setOpened(undefined)
            onAccount(account)
          }}
        />
      )}
    </Card>
  )
}
