declare const opened: unique symbol

/**
 * An open database transaction, opaque to the domain: it is passed on, never looked into, so that two
 * modules can change their own tables in one commit without knowing SQL or each other's tables.
 */
export interface Transaction {
  readonly [opened]: true
}

/** Runs work in one transaction: all of it or nothing. Retries serialization failures and deadlocks. */
export interface Transactions {
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
}
