import { expect, test } from 'vitest'
import { LoadFailed, readWrkOutput } from './wrk-output.ts'

const LINE =
  'BENCH {"sent":3,"answered":3,"wrong":0,"inWindow":2,"windowS":1,"p50Ms":0.1,"p99Ms":0.2,"cpuS":[0.5,0],"firstWrong":""}'

test('the line of the script is found among what wrk says', () => {
  expect(readWrkOutput(`Running 2s test\n${LINE}\n`)).toMatchObject({ sent: 3, cpuS: [0.5, 0] })
})

test('a run that ended without the line lost calls, and says so', () => {
  const text = 'Running 17s test\nBENCH-UNANSWERED {"connect":0,"read":4,"write":0,"timeout":2}\n'
  expect(() => readWrkOutput(text)).toThrow(LoadFailed)
  expect(() => readWrkOutput(text)).toThrow('"timeout":2')
})
