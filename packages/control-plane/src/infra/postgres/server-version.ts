/** The oldest PostgreSQL whose SQL we use ; every database suite runs on it too. */
const MAJOR_MIN = 15

/** Why a server cannot be used, by its `server_version_num` and `server_version`; undefined when it can. */
export function refuseOldServer(number: string, version: string): string | undefined {
  const major = Math.floor(Number.parseInt(number, 10) / 10_000)
  if (major >= MAJOR_MIN) return undefined
  return `PostgreSQL ${MAJOR_MIN} or later is needed; this server is ${version}.`
}
