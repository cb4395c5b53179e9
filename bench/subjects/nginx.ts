import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../packages/platform/src/ports.ts'
import { callTarget } from '../load/call-target.ts'
import { startProgram } from '../machine/child-program.ts'
import { untilListening } from '../machine/until-listening.ts'
import { TOOLS } from '../upstream/message.ts'
import type { Subject } from './subject.ts'

/** Connections to the upstream that nginx keeps: at least as many as there are clients. */
const KEEPALIVE = 256

/** nginx as a plain reverse proxy, pinned to core 0. */
export async function startNginx(
  nginx: string,
  upstreamPort: number,
): Promise<{ readonly subject: Omit<Subject, 'name'>; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-nginx-'))
  const port = await freePort('127.0.0.1')
  await writeFile(join(folder, 'nginx.conf'), configOf(folder, port, upstreamPort))
  const program = startProgram(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], { core: 0 })
  program.child.stdout?.resume()
  program.child.stderr?.resume()
  await untilListening(port)
  const target = callTarget({
    url: `http://127.0.0.1:${port}/mcp`,
    tool: TOOLS.free,
    era: 'modern',
  })
  return {
    subject: {
      title: 'nginx, reverse proxy',
      target: () => Promise.resolve(target),
      firstWarmupS: 1,
      rootPid: program.pid,
      behindPids: () => [],
    },
    async stop() {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configOf(folder: string, port: number, upstreamPort: number): string {
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream mcp {
    server 127.0.0.1:${upstreamPort};
    keepalive ${KEEPALIVE};
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location = /healthz { return 200; }
    location /mcp {
      proxy_pass http://mcp;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`
}
