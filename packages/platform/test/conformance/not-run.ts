const NO_ISSUER =
  'for authorization servers: neither the gateway nor the control plane issues tokens, they are clients of those that do'

/** Scenarios of the suite that are not run, or not to be passed, each with the reason. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  'auth/dpop': 'a draft (SEP-1932) that no set requires: tokens are sent as bearer tokens',
  'auth/dpop-nonce': 'a draft (SEP-1932) that no set requires: tokens are sent as bearer tokens',
  'auth/wif-jwt-bearer':
    'a draft (SEP-1933) that no set requires: there is no workload identity to present',
  'authorization-server-metadata-endpoint': NO_ISSUER,
  'authorization-code-grant': NO_ISSUER,
}
