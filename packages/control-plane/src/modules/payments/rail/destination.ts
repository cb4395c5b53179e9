/** Where a payee is paid. Account numbers are sealed at rest, and shown to whoever carries a payout out. */
export type Destination =
  /** The organization's own prepaid balance. */
  | { readonly kind: 'balance' }
  /** An account by its IBAN (ISO 13616). */
  | { readonly kind: 'iban'; readonly holder: string; readonly iban: string }
  /** An account in the United States, by its ABA routing number. */
  | {
      readonly kind: 'us_account'
      readonly holder: string
      readonly routingNumber: string
      readonly accountNumber: string
    }

/** Weights of the nine digits of an ABA routing number. */
const ABA_WEIGHTS = [3, 7, 1, 3, 7, 1, 3, 7, 1] as const

/** Why nobody can be paid there: a check digit that is wrong; undefined when there is none. */
export function faultOf(destination: Destination): string | undefined {
  switch (destination.kind) {
    case 'balance':
      return undefined
    case 'iban':
      return isIban(destination.iban) ? undefined : 'the IBAN is not one: its check digits differ'
    case 'us_account':
      return isRoutingNumber(destination.routingNumber)
        ? undefined
        : 'the routing number is not one: its check digit differs'
  }
}

/** What people recognize a destination by, without what could be misused: its last four characters. */
export function hintOf(destination: Destination): string {
  switch (destination.kind) {
    case 'balance':
      return 'own balance'
    case 'iban':
      return `IBAN ${destination.iban.slice(0, 2)} …${destination.iban.slice(-4)}`
    case 'us_account':
      return `US account …${destination.accountNumber.slice(-4)}`
  }
}

/** ISO 13616: the first four characters at the end, letters as numbers, remainder 1 by 97. */
function isIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false
  const digits = `${iban.slice(4)}${iban.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  )
  return BigInt(digits) % 97n === 1n
}

function isRoutingNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false
  const sum = ABA_WEIGHTS.reduce((all, weight, at) => all + weight * (text.charCodeAt(at) - 48), 0)
  return sum % 10 === 0
}
