import type { Permission } from '@mcp-orchestra/sdk'
import type { KeyDraft, keyFaults } from './key-draft.ts'

/** What a form part of a key works with. */
export type KeyFieldsProps = {
  readonly draft: KeyDraft
  /** What its maker may do. */
  readonly mine: readonly Permission[]
  readonly faults: ReturnType<typeof keyFaults>
  readonly onChange: (change: Partial<KeyDraft>) => void
}
