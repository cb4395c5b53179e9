/**
 * Loaded before a server that binds all interfaces and knows no supervisor: it may listen on loopback
 * only, says when it listens, and ends when the supervisor is gone (its standard input ends).
 */
import { Server } from 'node:net'

const LOOPBACK = '127.0.0.1'

const listen = Server.prototype.listen
Server.prototype.listen = function listenOnLoopback(this: Server, ...args: unknown[]): Server {
  const [port] = args
  const callback = args.findLast((argument) => typeof argument === 'function')
  this.once('listening', () => {
    const address = this.address()
    if (address !== null && typeof address === 'object') {
      const url = `http://${LOOPBACK}:${address.port}/mcp`
      process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`)
    }
    callback?.call(this)
  })
  return listen.call(this, { port: Number(port), host: LOOPBACK })
}

process.stdin.on('end', () => process.exit(0)).resume()
