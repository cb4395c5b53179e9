import type { AccountCaller } from './account.ts'
import type { CredentialBook } from './credential-book.ts'

/** In whose name requests are sent; without a book they carry what the server's registration says and no more. */
export type InNameOf = {
  readonly book: CredentialBook | undefined
  readonly caller: AccountCaller | undefined
}
