import { Trans, useLingui } from '@lingui/react/macro'
import type { Invoice, InvoiceFormat } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { Button, Menu, ProblemNotice, saveBytes } from '../../kit/index.ts'
import { useOrchestra } from '../../session/index.ts'

const FILES: Readonly<Record<InvoiceFormat, { readonly suffix: string; readonly type: string }>> = {
  'factur-x': { suffix: 'factur-x.pdf', type: 'application/pdf' },
  pdf: { suffix: 'pdf', type: 'application/pdf' },
  ubl: { suffix: 'ubl.xml', type: 'application/xml' },
  cii: { suffix: 'cii.xml', type: 'application/xml' },
}

/** Saves the document as a file, for people or for their software. */
export function InvoiceDownload({ invoice: { id, number } }: { invoice: Invoice }) {
  const { t } = useLingui()
  const orchestra = useOrchestra()
  const download = useMutation({
    mutationKey: ['invoices', 'file'],
    mutationFn: async (format: InvoiceFormat) => {
      const bytes = await orchestra.invoices.file(id, { format })
      const { suffix, type } = FILES[format]
      saveBytes(`${number}.${suffix}`, type, bytes)
    },
  })
  const words: Record<InvoiceFormat, string> = {
    'factur-x': t`PDF with the data inside (Factur-X)`,
    pdf: t`PDF alone`,
    ubl: t`Data alone (UBL)`,
    cii: t`Data alone (CII)`,
  }
  const items = (Object.keys(FILES) as InvoiceFormat[]).map((format) => ({
    label: words[format],
    onSelect: () => download.mutate(format),
  }))
  return (
    <div className="flex flex-col items-end gap-2">
      <Menu
        label={t`Download as`}
        items={items}
        trigger={
          <Button icon={Download} busy={download.isPending}>
            <Trans>Download</Trans>
          </Button>
        }
      />
      {download.error !== null && <ProblemNotice problem={download.error} compact />}
    </div>
  )
}
