/** Who somebody is on an invoice (EN 16931 BG-4 and BG-7). */
export type Party = {
  readonly name: string
  readonly address: {
    readonly line1: string
    readonly line2: string | null
    readonly city: string
    readonly postcode: string
    /** ISO 3166-1 alpha-2. */
    readonly country: string
  }
  /** A VAT number or another tax number, with its country's prefix where it has one. */
  readonly taxId: string | null
  /** The number in a register of companies. */
  readonly legalId: string | null
  /** Where e-invoices go (BT-34 and BT-49). */
  readonly email: string
}
