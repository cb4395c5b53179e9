import { readFile } from 'node:fs/promises'
import type { OpenApiSource } from '@mcp-orchestra/sdk'
import { UsageError } from '../exit-code.ts'

/** Flags of a REST API, as `servers add` and `servers update` take them. */
export type OpenApiFlags = {
  readonly openapi?: string
  readonly baseUrl?: string
  readonly allow?: string[]
  readonly credential?: string[]
}

/** Where a document is: an address is read by the platform, a file by this program. */
export async function sourceOf(place: string): Promise<OpenApiSource> {
  if (/^https?:\/\//i.test(place)) return { documentUrl: place }
  try {
    return { document: await readFile(place, 'utf8') }
  } catch (error) {
    throw new UsageError(`${place} cannot be read.`, { cause: error })
  }
}

/** `--allow a,b --allow "GET /pets"` as a list; undefined when nothing is named. */
export function allowOf(flags: OpenApiFlags): string[] | undefined {
  const named = flags.allow?.flatMap((text) => text.split(',')).map((text) => text.trim())
  return named?.filter((text) => text !== '')
}

/** Refuses flags of a REST API for a server that is none. */
export function refuseOpenApiFlags(flags: OpenApiFlags): void {
  const { baseUrl, allow, credential } = flags
  if (baseUrl !== undefined || allow !== undefined || credential !== undefined)
    throw new UsageError('--base-url, --allow and --credential go with --openapi.')
}
