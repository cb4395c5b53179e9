import { stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import type { Message } from '../../protocol/message.ts'

/** The severities of RFC 5424, the most talkative first (MCP, logging). */
const LEVELS: readonly string[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
]

/** How severe a level is, from 0; undefined for a word that is no level. */
export function severityOf(level: string | null | undefined): number | undefined {
  const severity = LEVELS.indexOf(level ?? '')
  return severity === -1 ? undefined : severity
}

/** The severity of a `notifications/message`; one without a level that we know is let through. */
export function messageSeverity({ text, params }: Message): number {
  return severityOf(stringAt(text, memberOf(params, 'level')?.value)) ?? LEVELS.length
}

/** The level's word. */
export function levelOf(severity: number): string {
  return LEVELS[severity] ?? 'emergency'
}
