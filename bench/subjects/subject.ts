import type { CallTarget } from '../load/call-target.ts'

/** Names of what is measured; the order is the order inside a round. */
export const SUBJECT_NAMES = [
  'nginx',
  'direct',
  'free',
  'paid',
  'aggregated',
  'free-legacy',
  'modern-to-legacy',
  'legacy-to-modern',
  'sdk-gateway',
  'stdio',
  'mcp-proxy',
  'nginx-again',
] as const

/** One of {@link SUBJECT_NAMES}. */
export type SubjectName = (typeof SUBJECT_NAMES)[number]

/** Something that calls are sent through. */
export type Subject = {
  readonly name: SubjectName
  /** For people, in tables. */
  readonly title: string
  /** Where to send calls for so many clients; sessions are opened here, before the measurement. */
  target(clients: number): Promise<CallTarget>
  /** How long it carries calls before the first round, in seconds: V8 compiles for the first 50,000 or so. */
  readonly firstWarmupS: number
  /** The process whose tree is the subject. */
  readonly rootPid: number
  /** Whoever works behind it for the same calls (control plane, database); reported apart. */
  behindPids(): readonly number[]
}
