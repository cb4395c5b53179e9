import {
  ArchiveBroken,
  CHAIN_START,
  isArchiveLine,
  nextLink,
  type ArchiveLine,
  type ArchiveProof,
} from './ledger-archive.ts'

type Sums = [bigint, bigint, bigint, bigint]
type Line<K extends ArchiveLine['line']> = Extract<ArchiveLine, { line: K }>

/**
 * Proves an archive by itself: its chain holds, nothing is missing, each account's opening and transfers
 * make its closing, per asset debits equal credits, and counts and sums are what its end says. Throws
 * {@link ArchiveBroken}. `onLine` sees each line once it has been read, before the whole is proven.
 */
export async function verifyArchive(
  lines: AsyncIterable<string> | Iterable<string>,
  onLine: (line: ArchiveLine) => Promise<void> | void = () => undefined,
): Promise<ArchiveProof> {
  const check = createCheck()
  let chain = CHAIN_START
  let number = 0
  let end: Line<'end'> | undefined
  for await (const text of lines) {
    number += 1
    if (end !== undefined) throw broken(number, 'something follows the end')
    const line = read(text, number)
    if (line.line === 'end') {
      if (line.chain !== chain) throw broken(number, 'the chain does not hold: a line was changed')
      end = line
    } else {
      check.add(line, number)
      chain = await nextLink(chain, text)
    }
    await onLine(line)
  }
  if (end === undefined) throw broken(number, 'it has no end: the archive was cut off')
  return check.prove(end, number)
}

function createCheck() {
  let header: Line<'archive'> | undefined
  const running = new Map<string, Sums>()
  const closed = new Set<string>()
  const moved = new Map<string, bigint>()
  let transfers = 0
  let lastSeq = 0n

  function move(line: Line<'transfer'>, number: number): void {
    const debit = running.get(keyOf(line.asset, line.debit))
    const credit = running.get(keyOf(line.asset, line.credit))
    if (debit === undefined || credit === undefined) throw broken(number, 'an account is missing')
    const seq = BigInt(line.seq)
    if (seq <= lastSeq) throw broken(number, 'a transfer stands twice, or not in order')
    lastSeq = seq
    transfers += 1
    const amount = BigInt(line.amount)
    const hold = BigInt(line.holdAmount ?? '0')
    const posted = line.kind === 'X' || line.kind === 'P' ? amount : 0n
    const held = line.kind === 'H' ? amount : -hold
    debit[0] += posted
    debit[2] += held
    credit[1] += posted
    credit[3] += held
    moved.set(line.asset, (moved.get(line.asset) ?? 0n) + posted)
  }

  return {
    add(line: Exclude<ArchiveLine, { line: 'end' }>, number: number): void {
      if ((header === undefined) !== (line.line === 'archive')) {
        throw broken(number, 'an archive begins with its header, and has one')
      }
      switch (line.line) {
        case 'archive':
          header = line
          return
        case 'asset':
          return
        case 'account': {
          const [dp, cp, dh, ch] = line.opening
          running.set(keyOf(line.asset, line.name), [
            BigInt(dp),
            BigInt(cp),
            BigInt(dh),
            BigInt(ch),
          ])
          return
        }
        case 'transfer':
          move(line, number)
          return
        case 'closing': {
          const key = keyOf(line.asset, line.name)
          if (running.get(key)?.join() !== line.closing.join()) {
            throw broken(number, `the transfers of ${line.name} do not make its closing`)
          }
          closed.add(key)
        }
      }
    },
    prove(end: Line<'end'>, number: number): ArchiveProof {
      if (header === undefined) throw broken(number, 'it has no header')
      if (closed.size !== running.size) throw broken(number, 'the closing of an account is missing')
      if (end.transfers !== transfers)
        throw broken(number, 'the number of transfers is another one')
      for (const [asset, sum] of moved) {
        if (end.moved[asset] !== sum.toString())
          throw broken(number, `the sum of ${asset} is another one`)
      }
      requireZero(running, number)
      const { from, to } = header
      return { from, to, accounts: running.size, transfers, moved: end.moved, chain: end.chain }
    },
  }
}

function requireZero(running: ReadonlyMap<string, Sums>, number: number): void {
  const nets = new Map<string, bigint>()
  for (const [key, [dp, cp, dh, ch]] of running) {
    const asset = key.slice(0, key.indexOf(' '))
    nets.set(asset, (nets.get(asset) ?? 0n) + cp + ch - dp - dh)
  }
  for (const [asset, net] of nets) {
    if (net !== 0n) throw broken(number, `debits and credits of ${asset} differ`)
  }
}

function keyOf(asset: string, name: string): string {
  return `${asset} ${name}`
}

function read(text: string, number: number): ArchiveLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw broken(number, 'it is no JSON')
  }
  if (!isArchiveLine(value)) throw broken(number, 'it is not a line of an archive')
  return value
}

function broken(number: number, why: string): ArchiveBroken {
  return new ArchiveBroken(`Line ${number}: ${why}.`)
}
