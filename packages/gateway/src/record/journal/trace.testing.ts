/** One system call of an `strace -f` log; positions are line numbers, which strace writes in order of time. */
export type TracedCall = {
  readonly name: string
  readonly text: string
  readonly begunAt: number
  endedAt: number
  result: string | undefined
}

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (\S+)/
const BEGUN = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>.*\) += (\S+)/

/** Reads an strace log, joining calls that another thread interrupted in the log. */
export function parseTrace(log: string): TracedCall[] {
  const calls: TracedCall[] = []
  const open = new Map<string, TracedCall>()
  for (const [line, text] of log.split('\n').entries()) {
    const whole = WHOLE.exec(text)
    const begun = BEGUN.exec(text)
    const resumed = RESUMED.exec(text)
    if (resumed !== null) {
      const call = open.get(`${resumed[1]} ${resumed[2]}`)
      if (call !== undefined) {
        call.endedAt = line
        call.result = resumed[3]
      }
    } else if (begun !== null) {
      const call = callOf(begun, line)
      calls.push(call)
      open.set(`${begun[1]} ${begun[2]}`, call)
    } else if (whole !== null) {
      calls.push({ ...callOf(whole, line), endedAt: line, result: whole[4] })
    }
  }
  return calls
}

function callOf(match: RegExpExecArray, line: number): TracedCall {
  const [, , name = '', text = ''] = match
  return { name, text, begunAt: line, endedAt: Number.POSITIVE_INFINITY, result: undefined }
}
