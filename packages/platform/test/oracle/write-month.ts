/**
 * `node packages/platform/test/oracle/write-month.ts <folder>`: the seeded month and what it comes to, as CSV for people
 * who want to work it out themselves. `ORACLE_SEED` and `ORACLE_CALLS` ask for another month.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filesOf } from './month/month-csv.ts'
import { monthSizeOf } from './month/month-size.ts'
import { createSeededMonth } from './month/seeded-month.ts'
import { recomputeMonth } from './recompute/recompute-month.ts'
import { DOCUMENTED } from './recompute/rules.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new RangeError('which folder the files go to is not said')
const month = createSeededMonth(monthSizeOf(process.env))
await mkdir(folder, { recursive: true })
for (const [name, text] of filesOf(month, recomputeMonth(month, DOCUMENTED))) {
  await writeFile(join(folder, name), text)
}
