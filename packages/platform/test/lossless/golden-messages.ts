import { ID_MARK, TOKEN_MARK } from '../../src/fixture-server/raw-script.ts'
import { MODERN_META } from '../wire/raw-client.ts'
import { ODD_VALUES } from './odd-json.ts'

/** The tool that every golden message calls. */
export const GOLDEN_TOOL = 'golden'

/** An exchange that must come through with all bytes equal but the marked ones. */
export type GoldenMessage = { readonly what: string; readonly text: string }

type Era = 'legacy' | 'modern'

/** Requests: each odd value as an argument and as an unknown `_meta` member, and odd frames around them. */
export function goldenRequests(era: Era): GoldenMessage[] {
  const meta = era === 'modern' ? `${MODERN_META},` : ''
  const call = (args: string, own: string) =>
    `{"jsonrpc":"2.0","id":${ID_MARK},"method":"tools/call","params":{"name":"${GOLDEN_TOOL}",` +
    `"_meta":{${meta}"progressToken":${TOKEN_MARK},"com.example/own":${own}},"arguments":${args}}}`
  return [
    ...Object.entries(ODD_VALUES).map(([what, value]) => ({
      what: `with ${what}`,
      text: call(`{"value":${value}}`, value),
    })),
    {
      what: 'with its members in another order and unknown ones between',
      text:
        `{"com.example/top":{"a":[1]},"params":{"arguments":{},"com.example/next":null,` +
        `"_meta":{"com.example/x":1,${meta}"progressToken":${TOKEN_MARK}},"name":"${GOLDEN_TOOL}"},` +
        `"method":"tools/call","id":${ID_MARK},"jsonrpc":"2.0","last":-0}`,
    },
    {
      what: 'with space in every place',
      text:
        `\n { "jsonrpc" :\t"2.0" , "id" : ${ID_MARK} ,\r\n"method" : "tools/call" , "params" : ` +
        `{ "name" : "${GOLDEN_TOOL}" , "_meta" : { ${meta} "progressToken" : ${TOKEN_MARK} } , ` +
        `"arguments" : { } } } \n`,
    },
    {
      what: 'with no arguments and no _meta of its own',
      text:
        `{"jsonrpc":"2.0","id":${ID_MARK},"method":"tools/call","params":{"name":"${GOLDEN_TOOL}"` +
        `${era === 'modern' ? `,"_meta":{${MODERN_META}}` : ''}}}`,
    },
  ]
}

/** Answers: each odd value as content, as structured content and in `_meta`; unknown kinds; errors. */
export function goldenAnswers(era: Era): GoldenMessage[] {
  const done = era === 'modern' ? '"resultType":"complete",' : ''
  const answer = (members: string) =>
    `{"jsonrpc":"2.0","id":${ID_MARK},"result":{${done}${members}}}`
  return [
    ...Object.entries(ODD_VALUES).map(([what, value]) => ({
      what: `with ${what}`,
      text: answer(
        `"content":[{"type":"text","text":"x","com.example/x":${value}}],` +
          `"structuredContent":${value},"_meta":{"com.example/own":${value}}`,
      ),
    })),
    {
      what: 'with content of an unknown kind',
      text: answer(
        '"content":[{"type":"com.example/hologram","frames":[{"t":0.0}],"annotations":{"x-new":1}}],' +
          '"com.example/trailer":true',
      ),
    },
    {
      what: 'that is a tool error',
      text: answer('"isError":true,"content":[{"type":"text","text":"no"}],"com.example/hint":[]'),
    },
    {
      what: 'that is a JSON-RPC error with data',
      text: `{"jsonrpc":"2.0","id":${ID_MARK},"error":{"code":-32001,"message":"a\\u006eo","data":{"n":1e400},"x":0}}`,
    },
    {
      what: 'with its members in another order and unknown ones between',
      text: `{"result":{"content":[ ],${done}"_meta":{"a":1}},"x":-0,"id":${ID_MARK} ,"jsonrpc":"2.0"}`,
    },
    {
      what: 'that says nothing of what results say',
      text: answer('"com.example/only":{"a":1.0}'),
    },
  ]
}

/** A progress notification of the open call and one of an unknown method, before the answer. */
export function goldenStream(answer: string): string[] {
  return [
    `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1.50,` +
      `"progressToken":${TOKEN_MARK},"com.example/x":"\\u0041"}}`,
    '{"params":{"level":"info","data":{"n":-0,"m":1E+2}},"method":"notifications/message","jsonrpc":"2.0"}',
    answer,
  ]
}
