import { Trans } from '@lingui/react/macro'
import type { LedgerTransfer } from '@mcp-orchestra/sdk'
import { Download } from 'lucide-react'
import { Button } from '../../kit/index.ts'
import { nowMs } from '../../session/index.ts'
import { journalCsv } from './journal-csv.ts'

/** How long the file may take to be written before its address goes, in ms. */
const KEEP_MS = 60_000

/** Saves the transfers that are loaded as CSV, amounts exact. */
export function ExportButton({ transfers }: { transfers: readonly LedgerTransfer[] }) {
  const save = (): void => {
    const url = URL.createObjectURL(
      new Blob([journalCsv(transfers)], { type: 'text/csv;charset=utf-8' }),
    )
    const link = document.createElement('a')
    link.href = url
    link.download = `journal-${new Date(nowMs()).toISOString().slice(0, 19).replaceAll(':', '')}Z.csv`
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), KEEP_MS)
  }
  return (
    <Button icon={Download} onClick={save} disabled={transfers.length === 0}>
      <Trans>Export CSV</Trans>
    </Button>
  )
}
