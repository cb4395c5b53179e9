/** What is counted, each with its unit. */
export const METERS = [
  /** One call that is charged. */
  'request',
  /** One token that a server read for a call. */
  'input_token',
  /** One token that a server wrote for a call. */
  'output_token',
  /** The first use of a principal, client and server in a clock hour. */
  'connection',
  /** An hour, begun or whole, in which a connection was used. */
  'connection_hour',
  /** 1e9 bytes for a month: the peak of each day, averaged. */
  'storage_gb_month',
] as const

/** One of {@link METERS}. */
export type Meter = (typeof METERS)[number]

/** How much of each meter; what is absent was not used. */
export type MeterUnits = Readonly<Partial<Record<Meter, bigint>>>
