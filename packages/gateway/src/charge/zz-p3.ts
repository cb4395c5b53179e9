import { createCipheriv, randomBytes, createSecretKey, randomFillSync } from 'node:crypto'
function time(name: string, f: () => unknown) { for (let i = 0; i < 5000; i++) f(); const c = process.threadCpuUsage(); for (let i = 0; i < 20000; i++) f(); const d = process.threadCpuUsage(c); console.log(name, ((d.user + d.system) / 20000).toFixed(2), 'us') }
const key = Buffer.alloc(32, 1), ko = createSecretKey(key), nonce = Buffer.alloc(12), text = 'x'.repeat(600), aad = Buffer.from('pur_1')
time('randomBytes', () => randomBytes(12))
const pool = Buffer.alloc(12 * 1024)
time('randomFill 12k', () => randomFillSync(pool))
time('createCipheriv raw', () => createCipheriv('aes-256-gcm', key, nonce))
time('createCipheriv ko', () => createCipheriv('aes-256-gcm', ko, nonce))
function all(k: any) { const c = createCipheriv('aes-256-gcm', k, nonce); c.setAAD(aad); const b = c.update(text, 'utf8'); c.final(); const t = c.getAuthTag(); return Buffer.concat([nonce, t, b]).toString('base64') }
time('all ko', () => all(ko))
time('all raw', () => all(key))
const t2 = Buffer.from(text)
time('update', () => { const c = createCipheriv('aes-256-gcm', ko, nonce); c.update(t2); c.final() ; return c.getAuthTag()})
