import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { cpuNanoseconds, processTree, residentMib } from './process-tree.ts'

/** A shell whose child computes for a while and ends before it does. */
const WORK = `${process.execPath} -e 'for (let i = 0; i < 3e8; i += 1);'; echo done; read line`

test('the CPU of a tree never shrinks when a child ends, and its memory is that of the living', async () => {
  const shell = spawn('sh', ['-c', WORK], { stdio: ['pipe', 'pipe', 'inherit'] })
  const root = shell.pid ?? 0
  const said = once(shell.stdout, 'data')
  let last = 0
  let most = 0
  const child = { isDone: false }
  void said.then(() => (child.isDone = true))
  while (!child.isDone) {
    const tree = processTree(root)
    most = Math.max(most, tree.length)
    const used = cpuNanoseconds(tree)
    // A child's ticks are rounded when it ends.
    expect(used).toBeGreaterThanOrEqual(last - 20_000_000)
    last = used
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(most).toBe(2)
  expect(processTree(root)).toEqual([root])
  expect(cpuNanoseconds([root])).toBeGreaterThan(50_000_000)
  expect(residentMib([root])).toBeGreaterThan(0.1)
  shell.stdin.end('\n')
  await once(shell, 'exit')
  expect(residentMib([root])).toBe(0)
})
