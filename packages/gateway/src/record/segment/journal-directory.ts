/**
 * The file system as the journal needs it: synchronous, because it runs in a thread of its own, where
 * an fdatasync waits for nobody (spending §4.13). Tests put a disk behind it that fails on command.
 */
export interface JournalDirectory {
  /** Names of the files in it, in no order. */
  list(): readonly string[]
  /** A new, empty file; one of that name is replaced. */
  create(name: string): JournalFile
  open(name: string): JournalFile
  rename(from: string, to: string): void
  remove(name: string): void
  /** Returns when names that were created, renamed or removed before are durable. */
  sync(): void
  /** Bytes that an unprivileged process may still write. */
  freeBytes(): number
}

/** An open file. Every method throws what the operating system answered. */
export interface JournalFile {
  /** Writes all bytes at the position. Not durable before {@link sync} returns. */
  write(bytes: Uint8Array, position: number): void
  /** fdatasync: returns when all that was written, and the file's length, is durable. */
  sync(): void
  /** Up to `length` bytes; fewer at the end of the file. */
  read(position: number, length: number): Buffer
  size(): number
  close(): void
}
