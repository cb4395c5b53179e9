import { originSpellings } from '@mcp-orchestra/api/origin'

/**
 * The policy of every page of the console: its own files, our API, and the gateway that the playground
 * calls; nothing inline, nothing from elsewhere, no frame around it.
 */
export function consolePolicy(gatewayUrl: string): string {
  // A policy has no way to name an IPv6 address.
  const gateways = originSpellings(gatewayUrl).filter((origin) => !origin.includes('['))
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${["'self'", ...gateways].join(' ')}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    'media-src blob: data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
