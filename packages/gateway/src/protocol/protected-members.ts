/** Members of a message that say what it is: two readers must not see two of them. */
export const TOP_MEMBERS: ReadonlySet<string> = new Set([
  'jsonrpc',
  'id',
  'method',
  'params',
  'result',
  'error',
])

/** Members of a result that say what is paid for it, and what the client does with it. */
export const RESULT_MEMBERS: ReadonlySet<string> = new Set([
  '_meta',
  'isError',
  'resultType',
  'requestState',
  'taskId',
  'status',
  'result',
])
