import { lookup, Resolver } from 'node:dns/promises'

/**
 * Asks for all addresses of a host, once.
 *
 * @throws when nobody answers before the signal aborts, or nobody knows the host.
 */
export type Lookup = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/** What the name servers of this machine say. Its hosts file and search list say nothing about others. */
export const askNameServers: Lookup = async (host, signal) => {
  signal.throwIfAborted()
  // One for each question: only all that a resolver asks can be cancelled, and a question that waits
  // inside the C library would hold one of the few threads that everything else waits for.
  const resolver = new Resolver({ timeout: 1_000, tries: 2 })
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const answers = await Promise.all([
      resolver.resolve4(host).catch(noneIfAnswered),
      resolver.resolve6(host).catch(noneIfAnswered),
    ])
    return answers.flat()
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** What other programs on this machine would be told: for hosts that the operator names. */
export const askThisMachine: Lookup = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address)

/** That there is no address of one family is an answer; that nobody answered is none. */
function noneIfAnswered(error: unknown): readonly string[] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENODATA' || code === 'ENOTFOUND') return []
  throw error
}
