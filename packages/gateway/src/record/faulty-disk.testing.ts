import type { JournalDirectory, JournalFile } from './segment/journal-directory.ts'

/** What the journal asked the disk for, in order. */
export type DiskOperation = 'create' | 'write' | 'sync' | 'rename' | 'remove' | 'syncDirectory'

/**
 * What becomes of an operation: done, refused, or the power fails in the middle of it. `torn` does a part
 * of a write and then refuses.
 */
export type DiskFault = 'none' | 'fails' | 'torn' | 'kills'

/** A disk in memory that forgets what was not synced, and fails on command. */
export interface FaultyDisk extends JournalDirectory {
  /** Operations so far. */
  readonly operations: number
  freeBytesLeft: number
  /** Decides on each operation before it happens. */
  onOperation: (operation: DiskOperation, index: number) => DiskFault
  /**
   * The disk as found after a power failure: everything synced, and of the rest those sectors and names
   * that `survives` picks, in any combination.
   */
  afterPowerLoss(survives: () => boolean): FaultyDisk
  /** The current bytes of a file, to be damaged by a test. */
  bytesOf(name: string): Buffer
}

type Inode = { durable: Buffer; current: Buffer; pending: { position: number; bytes: Buffer }[] }

/** An empty disk; a torn write tears at multiples of `sectorBytes`. */
export function createFaultyDisk(sectorBytes = 512): FaultyDisk {
  return diskOf(new Map(), sectorBytes)
}

function diskOf(start: Map<string, Inode>, sectorBytes: number): FaultyDisk {
  const names = new Map(start)
  let durableNames = new Map(start)
  let operations = 0
  let isDead = false

  function guard(operation: DiskOperation): DiskFault {
    if (isDead) throw new Error('EIO: the disk is gone')
    const fault = disk.onOperation(operation, operations)
    operations += 1
    if (fault === 'kills') isDead = true
    if (fault === 'fails') throw new Error(`EIO: ${operation} failed`)
    return fault
  }

  function refuseAfter(fault: DiskFault): void {
    if (fault !== 'none') throw new Error('EIO: the power failed')
  }

  function fileOf(inode: Inode): JournalFile {
    return {
      write(bytes, position) {
        const fault = guard('write')
        const growth = position + bytes.length - inode.current.length
        if (growth > disk.freeBytesLeft) throw new Error('ENOSPC: no space left on device')
        if (growth > 0) disk.freeBytesLeft -= growth
        const whole = Buffer.from(bytes)
        const done = fault === 'torn' ? whole.subarray(0, Math.floor(whole.length / 2)) : whole
        inode.pending.push({ position, bytes: done })
        inode.current = placed(inode.current, done, position)
        refuseAfter(fault)
      },
      sync() {
        const fault = guard('sync')
        refuseAfter(fault)
        inode.durable = inode.current
        inode.pending = []
      },
      read: (position, length) => Buffer.from(inode.current.subarray(position, position + length)),
      size: () => inode.current.length,
      close: () => undefined,
    }
  }

  function inodeOf(name: string): Inode {
    const inode = names.get(name)
    if (inode === undefined) throw new Error(`ENOENT: ${name}`)
    return inode
  }

  const disk: FaultyDisk = {
    freeBytesLeft: Number.MAX_SAFE_INTEGER,
    onOperation: () => 'none',
    get operations() {
      return operations
    },
    list: () => [...names.keys()],
    create(name) {
      refuseAfter(guard('create'))
      const inode: Inode = { durable: Buffer.alloc(0), current: Buffer.alloc(0), pending: [] }
      names.set(name, inode)
      return fileOf(inode)
    },
    open: (name) => fileOf(inodeOf(name)),
    rename(from, to) {
      const fault = guard('rename')
      names.set(to, inodeOf(from))
      names.delete(from)
      refuseAfter(fault)
    },
    remove(name) {
      refuseAfter(guard('remove'))
      names.delete(name)
    },
    sync() {
      refuseAfter(guard('syncDirectory'))
      durableNames = new Map(names)
    },
    freeBytes: () => disk.freeBytesLeft,
    bytesOf: (name) => inodeOf(name).current,
    afterPowerLoss(survives) {
      const found = new Map<string, Inode>()
      for (const name of new Set([...durableNames.keys(), ...names.keys()])) {
        const before = durableNames.get(name)
        const now = names.get(name)
        const inode = before === now || !survives() ? before : now
        if (inode !== undefined) found.set(name, settled(inode, sectorBytes, survives))
      }
      return diskOf(found, sectorBytes)
    },
  }
  return disk
}

/** Each sector of each unsynced write reached the plate, or did not, whatever the order they were sent in. */
function settled(inode: Inode, sectorBytes: number, survives: () => boolean): Inode {
  let bytes = inode.durable
  for (const write of inode.pending) {
    for (let from = 0; from < write.bytes.length;) {
      const position = write.position + from
      const to = Math.min(write.bytes.length, from + sectorBytes - (position % sectorBytes))
      if (survives()) bytes = placed(bytes, write.bytes.subarray(from, to), position)
      from = to
    }
  }
  return { durable: bytes, current: bytes, pending: [] }
}

function placed(target: Buffer, bytes: Buffer, position: number): Buffer {
  const result = Buffer.alloc(Math.max(target.length, position + bytes.length))
  target.copy(result)
  bytes.copy(result, position)
  return result
}
