import { writeFile } from 'node:fs/promises'
import type { BillingProfile, Invoice, InvoiceFormat, InvoiceSide } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import type { Run } from '../session.ts'

const ROWS_DEFAULT = '20'
const SIDES: readonly InvoiceSide[] = ['payer', 'publisher']
const FORMATS: readonly InvoiceFormat[] = ['pdf', 'factur-x', 'ubl', 'cii']

/** `orchestra invoices …`: what was paid and earned each month. */
export function addInvoices(program: Command, run: Run): void {
  const invoices = program
    .command('invoices')
    .description('invoices, self-billing invoices and credit notes')
  addList(invoices, run)
  addDownload(invoices, run)
  addPreview(invoices, run)
  addProfile(invoices, run)
  addFinalize(invoices, run)
  addCredit(invoices, run)
}

function addList(invoices: Command, run: Run): void {
  invoices
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--organization <id>', 'of another organization (operators)')
    .option('--limit <rows>', 'how many', ROWS_DEFAULT)
    .action((flags: { organization?: string; limit: string }, command: Command) =>
      run(command, roleOf(flags), async ({ orchestra, output }) => {
        const list = orchestra.invoices.list({ ...whose(flags), limit: Number(flags.limit) })
        const { items } = await list.page()
        output.result(items, (all) =>
          output.table(
            ['NUMBER', 'MONTH', 'KIND', 'TOTAL', 'ISSUED', 'ID'],
            all.map((one) => [
              one.number,
              one.month,
              one.kind.replaceAll('_', ' '),
              dollars(one.totalCents),
              one.issuedAt.slice(0, 10),
              one.id,
            ]),
          ),
        )
      }),
    )
}

function addDownload(invoices: Command, run: Run): void {
  invoices
    .command('download <id>')
    .description('write an invoice into a file')
    .addOption(new Option('--format <format>', 'of EN 16931').choices(FORMATS).default('factur-x'))
    .option('--to <file>', 'where to; its number when left out')
    .action((id: string, flags: { format: InvoiceFormat; to?: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const bytes = await orchestra.invoices.file(id, { format: flags.format })
        const isXml = flags.format === 'ubl' || flags.format === 'cii'
        const { number } = await orchestra.invoices.get(id)
        const file = flags.to ?? `${number}.${isXml ? 'xml' : 'pdf'}`
        await writeFile(file, bytes)
        output.result({ file, bytes: bytes.length }, () => output.line(`${number} is in ${file}`))
      }),
    )
}

function addPreview(invoices: Command, run: Run): void {
  invoices
    .command('preview [month]')
    .description('what the invoice of a month (YYYY-MM, or this one) would say now')
    .addOption(new Option('--side <side>', 'what was paid, or earned').choices(SIDES))
    .option('--organization <id>', 'of another organization (operators)')
    .action(
      (
        month: string | undefined,
        flags: { side?: InvoiceSide; organization?: string },
        command: Command,
      ) =>
        run(command, roleOf(flags), async ({ orchestra, output }) => {
          const side = flags.side === undefined ? {} : { side: flags.side }
          const preview = await orchestra.invoices.preview(month, { ...whose(flags), ...side })
          output.result(preview, ({ lines, totalCents }) => {
            output.table(
              ['WHAT', 'MONTH', 'CALLS', 'EXACTLY', 'AMOUNT'],
              lines.map((line) => [
                line.kind === 'refund' ? `refund: ${line.tool}` : (line.tool ?? 'platform fee'),
                line.month,
                line.kind === 'calls' ? line.calls : '',
                line.exact.display,
                dollars(line.cents),
              ]),
            )
            output.line(`total ${output.style.good(dollars(totalCents))}`)
          })
        }),
    )
}

type ProfileFlags = {
  readonly name?: string
  readonly line1: string
  readonly line2?: string
  readonly city: string
  readonly postcode: string
  readonly country: string
  readonly taxId?: string
  readonly legalId?: string
  readonly email: string
}

function addProfile(invoices: Command, run: Run): void {
  invoices
    .command('profile')
    .description('show name and address on invoices, or change them with --name and the others')
    .option('--name <name>', 'of the organization')
    .option('--line1 <text>', 'street and number', '')
    .option('--line2 <text>', 'more of the address')
    .option('--city <city>', '', '')
    .option('--postcode <code>', '', '')
    .option('--country <code>', 'two letters: DE', '')
    .option('--tax-id <id>', 'VAT or tax number')
    .option('--legal-id <id>', 'number in a register of companies')
    .option('--email <address>', 'where invoices go', '')
    .action((flags: ProfileFlags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const profile =
          flags.name === undefined
            ? await orchestra.invoices.profile()
            : await orchestra.invoices.saveProfile(profileOf(flags, flags.name))
        output.result(profile, (saved) => {
          if (saved === null) {
            output.line('There is none yet: invoices are written once it is there.')
            return
          }
          const { line1, line2, postcode, city, country } = saved.address
          for (const line of [saved.name, line1, line2, `${postcode} ${city}`, country]) {
            if (line !== null && line !== undefined) output.line(line)
          }
          output.line(saved.email)
        })
      }),
    )
}

function profileOf(flags: ProfileFlags, name: string): BillingProfile {
  const { line1, line2 = null, city, postcode, country, email } = flags
  return {
    name,
    address: { line1, line2, city, postcode, country },
    taxId: flags.taxId ?? null,
    legalId: flags.legalId ?? null,
    email,
  }
}

function addFinalize(invoices: Command, run: Run): void {
  invoices
    .command('finalize <organization> <month>')
    .description('write the invoice of a month that is over (operators); each night does it too')
    .addOption(
      new Option('--side <side>', 'what was paid, or earned').choices(SIDES).default('payer'),
    )
    .action(
      (organizationId: string, month: string, flags: { side: InvoiceSide }, command: Command) =>
        run(command, 'operator', async ({ orchestra, output }) => {
          const subject = { organizationId, side: flags.side, month }
          output.result(await orchestra.invoices.finalize(subject), (written) =>
            output.line(wrote(written)),
          )
        }),
    )
}

function addCredit(invoices: Command, run: Run): void {
  invoices
    .command('credit <id>')
    .description('take an invoice back by a credit note (operators); no money moves')
    .requiredOption('--reason <text>', 'stands on the credit note')
    .action((id: string, flags: { reason: string }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        output.result(await orchestra.invoices.credit(id, flags.reason), (written) =>
          output.line(wrote(written)),
        )
      }),
    )
}

function wrote({ number, totalCents, id }: Invoice): string {
  return `${number}  ${dollars(totalCents)}  ${id}`
}

function roleOf({ organization }: { readonly organization?: string }): 'caller' | 'operator' {
  return organization === undefined ? 'caller' : 'operator'
}

function whose({ organization }: { readonly organization?: string }): { organizationId?: string } {
  return organization === undefined ? {} : { organizationId: organization }
}

/** Cents as dollars, exactly: `1234.50 USD`. */
function dollars(cents: string): string {
  const sign = cents.startsWith('-') ? '-' : ''
  const digits = cents.replace('-', '').padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)} USD`
}
