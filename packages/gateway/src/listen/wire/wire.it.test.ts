import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { messageEvent } from '../../protocol/sse/event.ts'
import type { ClientExchange } from '../http-listener.ts'
import { REQUEST_BYTES_MAX } from '../request-body.ts'
import { until } from '../testing-upstream.ts'
import { echo, MORE_THAN_BUFFERS, post, RawClient, Waiting, WireBenches } from './testing.ts'

const benches = new WireBenches()
const { start } = benches
afterEach(benches.end)

describe.each([
  ['the fast path', true],
  ['node:http', false],
])('%s', (_name, fastPath) => {
  test('answers many requests of one connection, one after another', async () => {
    const { port } = await start(echo, { fastPath })
    const client = await RawClient.open(port)
    for (let count = 1; count <= 300; count += 1) {
      client.socket.write(post(JSON.stringify({ count, text: '\u00e9\u4e2d' })))
      const answers = await client.answered(count)
      expect(answers.at(-1)).toMatchObject({ status: 200, headers: { connection: 'keep-alive' } })
      expect(answers.at(-1)?.body).toContain(`\\"count\\":${count},`)
    }
  })

  test('answers pipelined requests in their order, however long the first takes', async () => {
    const waiting = new Waiting()
    const { port } = await start(waiting.carry, { fastPath })
    const client = await RawClient.open(port)
    client.socket.write(post('{}') + post('{}') + post('{}'))
    ;(await waiting.at(0)).reply.json(200, '"first"')
    ;(await waiting.at(1)).reply.json(200, '"second"')
    ;(await waiting.at(2)).reply.json(200, '"third"')
    const bodies = (await client.answered(3)).map(({ body }) => body)
    expect(bodies).toEqual(['"first"', '"second"', '"third"'])
  })

  test('takes a body of 4 MiB in pieces, and none that is a byte longer', async () => {
    let bytes = 0
    const { port } = await start(
      async ({ reply, readBody }) => {
        bytes = (await readBody()).length
        reply.json(200, '{}')
      },
      { fastPath },
    )
    const body = 'x'.repeat(REQUEST_BYTES_MAX)
    const client = await RawClient.open(port)
    client.socket.write(post(body))
    expect((await client.answered(1))[0]?.status).toBe(200)
    expect(bytes).toBe(REQUEST_BYTES_MAX)
    client.socket.write(post(`${body}x`).slice(0, 500))
    expect((await client.answered(2))[1]).toMatchObject({
      status: 413,
      headers: { connection: 'close' },
    })
    await client.closed
  })

  test('a client that says nothing, half a head or half a body is told 408 and cut off', async () => {
    const { port } = await start(echo, { fastPath, headersTimeoutMs: 100, bodyTimeoutMs: 100 })
    const heads = ['', 'POST /mcp HT', post('{}').slice(0, -2), post('["abc"]').slice(0, -3)]
    const clients = await Promise.all(
      heads.map(async (text) => {
        const client = await RawClient.open(port)
        if (text !== '') client.socket.write(text)
        return client
      }),
    )
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients.map(({ answers }) => answers.map(({ status }) => status))).toEqual(
      heads.map(() => [408]),
    )
  })

  test('a body that comes in time, byte by byte, is read whole', async () => {
    const { port } = await start(echo, { fastPath })
    const client = await RawClient.open(port)
    const request = Buffer.from(post('"\u00e9\u4e2d"'))
    const headEnd = request.indexOf('\r\n\r\n') + 4
    client.socket.write(request.subarray(0, headEnd))
    for (const byte of request.subarray(headEnd)) {
      await turn()
      client.socket.write(Buffer.of(byte))
    }
    const [answer] = await client.answered(1)
    const body = Buffer.from(answer?.body ?? '', 'latin1').toString()
    expect(JSON.parse(body)).toEqual({ path: '/mcp', body: '"\u00e9\u4e2d"' })
  })

  test.each([
    ['goes', (client: RawClient) => client.socket.destroy()],
    ['breaks off', (client: RawClient) => client.socket.resetAndDestroy()],
    ['says no more', (client: RawClient) => client.socket.end()],
  ])('a client that %s while its answer is pending has left', async (_how, leave) => {
    const waiting = new Waiting()
    const { port } = await start(waiting.carry, { fastPath })
    const client = await RawClient.open(port)
    client.socket.write(post('{}'))
    const { reply } = await waiting.at(0)
    leave(client)
    await until(() => reply.left.aborted, 'the client has left')
    reply.json(200, '{}')
    expect([reply.isOver, reply.isStarted]).toEqual([true, false])
    await client.closed
    expect(client.text).toBe('')
  })

  test('a client that leaves in the middle of its body is waited for no longer, and nobody is blamed', async () => {
    let failure: unknown
    let left: ClientExchange['reply']['left'] | undefined
    const { port } = await start(
      async ({ reply, readBody }) => {
        left = reply.left
        await Promise.resolve(readBody()).catch((error: unknown) => (failure = error))
        throw new Error('nothing is made of it')
      },
      { fastPath },
    )
    const client = await RawClient.open(port)
    client.socket.write(post('{"a":1}').slice(0, -2))
    await until(() => left !== undefined, 'the request is carried')
    client.socket.resetAndDestroy()
    await until(() => failure !== undefined, 'the reader is told')
    expect(failure).toMatchObject({ code: 'listen.body_timeout' })
    await until(() => left?.aborted === true, 'the client has left')
  })

  test('a client that leaves in the middle of a stream frees who writes it', async () => {
    const waiting = new Waiting()
    const { port } = await start(waiting.carry, { fastPath })
    const client = await RawClient.open(port)
    client.socket.write(post('{}'))
    const { reply } = await waiting.at(0)
    reply.startEvents()
    client.socket.pause()
    const writing = reply.event(messageEvent('x'.repeat(MORE_THAN_BUFFERS)))
    expect(reply.isStuck).toBe(true)
    client.socket.destroy()
    await writing
    await until(() => reply.left.aborted, 'the client has left')
    expect(reply.isOver).toBe(true)
  })

  test('a client that does not read holds the writer back, and gets every byte once it reads', async () => {
    const waiting = new Waiting()
    const { port } = await start(waiting.carry, { fastPath })
    const client = await RawClient.open(port)
    client.socket.write(post('{}'))
    const { reply } = await waiting.at(0)
    reply.startJson(200)
    client.socket.pause()
    let isTaken = false
    const part = new Uint8Array(MORE_THAN_BUFFERS).fill(0x20)
    const writing = reply.bytes(part).then(() => (isTaken = true))
    for (let turns = 0; turns < 20; turns += 1) await turn()
    expect(isTaken).toBe(false)
    client.socket.resume()
    await writing
    await reply.bytes(Buffer.from('{}'))
    reply.end()
    await until(() => client.text.endsWith('\r\n0\r\n\r\n'), 'the end has come')
    expect((await client.answered(1))[0]?.body.length).toBe(MORE_THAN_BUFFERS + 2)
    expect(reply.left.aborted).toBe(false)
  })

  test('stopping lets a request in flight end, closes idle connections, and takes no new ones', async () => {
    const waiting = new Waiting()
    const { port, listener } = await start(waiting.carry, { fastPath })
    const idle = await RawClient.open(port)
    const handedOver = await RawClient.open(port)
    handedOver.socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await handedOver.answered(1)
    const busy = await RawClient.open(port)
    busy.socket.write(post('{}'))
    const { reply } = await waiting.at(0)
    const closing = listener.close()
    await handedOver.closed
    await expect(RawClient.open(port)).rejects.toThrow(/ECONNREFUSED/)
    reply.json(200, '"done"')
    expect((await busy.answered(1))[0]?.body).toBe('"done"')
    // node:http keeps that connection until it is idle for long, or cut.
    if (fastPath) await Promise.all([busy.closed, idle.closed])
    else listener.cut()
    await closing
  })

  test('cut ends every connection, whatever it is doing', async () => {
    const waiting = new Waiting()
    const { port, listener } = await start(waiting.carry, { fastPath })
    const clients = await Promise.all([1, 2, 3, 4].map(() => RawClient.open(port)))
    const [pending, streaming, half] = clients
    pending?.socket.write(post('{}'))
    const { reply: first } = await waiting.at(0)
    streaming?.socket.write(post('{}'))
    const { reply: second } = await waiting.at(1)
    second.startEvents()
    await once(streaming?.socket ?? process, 'data')
    half?.socket.write('GET / HT')
    for (let turns = 0; turns < 10; turns += 1) await turn()
    listener.cut()
    await Promise.all(clients.map(({ closed }) => closed))
    await until(() => first.left.aborted && second.left.aborted, 'both clients have left')
    await listener.close()
  })

  test('an address that is taken is refused', async () => {
    const { port } = await start(echo, { fastPath })
    const { listener } = await start(echo, { fastPath })
    await expect(listener.listen({ host: '127.0.0.1', port })).rejects.toThrow(/EADDRINUSE/)
  })

  test('a header that would start a line of its own is a bug of ours, and costs this answer alone', async () => {
    const bench = await start(
      async ({ reply }) => {
        reply.setHeader('x-evil', 'a\r\nx-more: b')
        reply.json(200, '{}')
        return Promise.resolve()
      },
      { fastPath },
    )
    const client = await RawClient.open(bench.port)
    client.socket.write(post('{}'))
    await client.closed
    expect(bench.bugs.splice(0).map(String)[0]).toContain('TypeError')
    expect(client.text).toBe('')
  })
})
