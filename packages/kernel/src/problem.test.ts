import { expect, it } from 'vitest'
import { problemsOf, toProblemDocument } from './index.ts'

const refuse = problemsOf({
  'ledger.insufficient_funds': {
    status: 402,
    title: 'The balance is too small. Top it up.',
    retryable: false,
  },
})

it('a problem document tells what the table and the thrower say, and never the cause', () => {
  const problem = refuse('ledger.insufficient_funds', {
    detail: '0.5 USD are missing.',
    cause: new Error('secret at 10.0.0.1'),
    members: { missing: '500' },
  })
  const document = toProblemDocument(problem, 'req_1')
  expect(document).toEqual({
    type: 'urn:mcp-orchestra:problem:ledger.insufficient_funds',
    title: 'The balance is too small. Top it up.',
    status: 402,
    code: 'ledger.insufficient_funds',
    detail: '0.5 USD are missing.',
    instance: 'req_1',
    retryable: false,
    missing: '500',
  })
})
