/** The same server over stdio: one line in, one line out. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { piecesOf, readCall } from './large-upstream.ts'

for await (const line of createInterface({ input: process.stdin })) {
  for (const piece of piecesOf(readCall(line)))
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
  process.stdout.write('\n')
}
