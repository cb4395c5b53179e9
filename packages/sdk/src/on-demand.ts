import { sdkProblem } from './problem.ts'

/** A part that is loaded with its first use; one that could not be loaded is tried again by the next. */
export type OnDemand<T> = {
  get(): Promise<T>
  /** The part if it was ever asked for. */
  peek(): Promise<T> | undefined
}

/** Makes a part of what `load` brings; in a browser that is a file from the network, which may be away. */
export function onDemand<T>(load: () => Promise<T>): OnDemand<T> {
  let loading: Promise<T> | undefined
  return {
    peek: () => loading,
    get() {
      if (loading !== undefined) return loading
      loading = load().catch((cause: unknown) => {
        loading = undefined
        throw sdkProblem('sdk.unreachable', { detail: 'a part of the client did not load', cause })
      })
      return loading
    },
  }
}
