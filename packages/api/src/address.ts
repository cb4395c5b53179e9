import { BlockList, isIP } from 'node:net'

/** Everything that is not the open internet (RFC 6890, and its IPv6 forms). */
const INSIDE_V4 = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  INSIDE_V4.addSubnet(net, bits, 'ipv4')
}
// A list of its own: Node matches IPv4 addresses against the mapped subnet too.
const INSIDE_V6 = new BlockList()
for (const [net, bits] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  INSIDE_V6.addSubnet(net, bits, 'ipv6')
}

/** Whether an IP address lies inside a machine or a private network, or is no address at all. */
export function isInsideAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return INSIDE_V4.check(address, 'ipv4')
  return family === 0 || INSIDE_V6.check(address, 'ipv6')
}
