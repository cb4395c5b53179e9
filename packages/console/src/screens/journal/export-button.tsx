import { Trans } from '@lingui/react/macro'
import type { LedgerTransfer } from '@mcp-orchestra/sdk'
import { Download } from 'lucide-react'
import { Button, saveText } from '../../kit/index.ts'
import { nowMs } from '../../session/index.ts'
import { journalCsv } from './journal-csv.ts'

/** Saves the transfers that are loaded as CSV, amounts exact. */
export function ExportButton({ transfers }: { transfers: readonly LedgerTransfer[] }) {
  const save = (): void => {
    const stamp = new Date(nowMs()).toISOString().slice(0, 19).replaceAll(':', '')
    saveText(`journal-${stamp}Z.csv`, 'text/csv', journalCsv(transfers))
  }
  return (
    <Button icon={Download} onClick={save} disabled={transfers.length === 0}>
      <Trans>Export CSV</Trans>
    </Button>
  )
}
