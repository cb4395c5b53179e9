import { fromRfc3339, type Instant } from '@mcp-orchestra/kernel'
import { types, type CustomTypesConfig } from 'pg'

// Type oids are frozen in PostgreSQL's catalogue (pg_type.dat); the driver names only some of them.
const INT8 = 20
const DATE = 1082
const TIMESTAMP = 1114
const TIMESTAMPTZ = 1184
const NUMERIC = 1700
const INT8_ARRAY = 1016
const NUMERIC_ARRAY = 1231
const NULL_ELEMENT = 'NULL'

/** `numeric` and `int8` as bigint; a fraction or NaN is refused, never rounded to a float in silence. */
export function parseWhole(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new RangeError(`not a whole number: ${text}; cast it in SQL`)
  return BigInt(text)
}

/** `timestamptz` as {@link Instant}, cut to milliseconds; `infinity` is refused. */
export function parseTimestamp(text: string): Instant {
  const rfc3339 = text
    .replace(' ', 'T')
    .replace(/([+-]\d\d)(:?)(\d\d)?$/, (_, hours, __, minutes) => {
      return `${String(hours)}:${typeof minutes === 'string' ? minutes : '00'}`
    })
  return fromRfc3339(rfc3339)
}

function parseWholeArray(text: string): (bigint | null)[] {
  const body = text.slice(1, -1)
  if (body === '') return []
  return body.split(',').map((item) => (item === NULL_ELEMENT ? null : parseWhole(item)))
}

function keepText(text: string): string {
  return text
}

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<
  number,
  (text: string) => unknown
>([
  [INT8, parseWhole],
  [NUMERIC, parseWhole],
  [INT8_ARRAY, parseWholeArray],
  [NUMERIC_ARRAY, parseWholeArray],
  [TIMESTAMPTZ, parseTimestamp],
  // A calendar day has no zone: the driver's own parser would read it in the machine's zone.
  [DATE, keepText],
  [TIMESTAMP, keepText],
])

/**
 * How columns arrive in TypeScript: `int8` and whole `numeric` as bigint, `timestamptz` as Instant,
 * `date` and `uuid` as text, the rest as `pg` has it. Per connection: nothing global is patched.
 */
export const columnTypes: CustomTypesConfig = {
  getTypeParser(oid: Parameters<typeof types.getTypeParser>[0], format?: 'text' | 'binary') {
    const parser = format === 'binary' ? undefined : PARSERS.get(oid)
    return parser ?? types.getTypeParser(oid, format)
  },
}
