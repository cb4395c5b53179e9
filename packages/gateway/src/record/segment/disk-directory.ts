import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { JournalDirectory, JournalFile } from './journal-directory.ts'

/** Journals hold who bought what: for the service's own user only. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700

/** A journal directory on a real disk; made, durably, when it is not there. */
export function openDiskDirectory(path: string): JournalDirectory {
  makeDirectory(path)
  const at = (name: string): string => join(path, name)
  return {
    list: () => readdirSync(path),
    create(name) {
      const flags = constants.O_CREAT | constants.O_TRUNC | constants.O_RDWR
      return diskFile(openSync(at(name), flags, FILE_MODE))
    },
    open: (name) => diskFile(openSync(at(name), 'r')),
    rename: (from, to) => renameSync(at(from), at(to)),
    remove: (name) => unlinkSync(at(name)),
    sync: () => syncDirectory(path),
    freeBytes() {
      const { bavail, bsize } = statfsSync(path)
      return bavail * bsize
    },
  }
}

/** NOTE: mkdir's own `recursive` never returns where a file system answers ENOENT for a child, as /proc does. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeDirectory(dirname(path))
  mkdirSync(path, { mode: DIRECTORY_MODE })
  syncDirectory(dirname(path))
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function diskFile(descriptor: number): JournalFile {
  return {
    write(bytes, position) {
      let done = 0
      while (done < bytes.length) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
      }
    },
    sync: () => fdatasyncSync(descriptor),
    read(position, length) {
      const bytes = Buffer.allocUnsafe(length)
      let done = 0
      while (done < length) {
        const got = readSync(descriptor, bytes, done, length - done, position + done)
        if (got === 0) break
        done += got
      }
      return bytes.subarray(0, done)
    },
    size: () => fstatSync(descriptor).size,
    close: () => closeSync(descriptor),
  }
}
