import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { canonicalAddress, rangesOf } from '../../kernel/address-ranges.ts'
import type { EgressRule } from '../../kernel/sandbox.ts'

/**
 * Asks for all addresses of a name, once.
 *
 * @throws when nobody answers before the signal aborts, or nobody knows the name.
 */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/** More than an honest host answers with; what is dialled is bounded. */
const MAX_ADDRESSES = 32

const REACH = {
  public: new Set(['public']),
  // Some networks use addresses that are reserved for documents or the future as their private ones.
  named: new Set(['public', 'private', 'loopback', 'link-local', 'carrier', 'reserved']),
} as const

/**
 * The addresses behind a host, each held against the rule, in canonical form. A single one that is not
 * allowed spoils them all, or a second answer would decide.
 *
 * @returns `forbidden-range` where the rule does not let it lead; `unresolved` where nobody knows it.
 */
export async function addressesOf(
  host: string,
  rule: EgressRule,
  resolve: Resolve | undefined,
  signal: AbortSignal,
): Promise<readonly string[] | 'forbidden-range' | 'unresolved'> {
  const ask = resolve ?? (rule.allowPrivate && rule.host === host ? askThisMachine : askNameServers)
  const found = isIP(host) === 0 ? await before(signal, ask(host, signal)) : [host]
  if (found.length === 0) return 'unresolved'
  const reach: ReadonlySet<string> = rule.allowPrivate ? REACH.named : REACH.public
  const addresses = found.map((address) => allowedAddress(address, reach))
  if (found.length > MAX_ADDRESSES || !addresses.every((address) => address !== undefined))
    return 'forbidden-range'
  return [...new Set(addresses)]
}

/** What is found before the signal aborts, whether or not whoever looks minds it. */
function before(
  signal: AbortSignal,
  found: Promise<readonly string[]>,
): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const none = (): void => resolve([])
    if (signal.aborted) none()
    signal.addEventListener('abort', none, { once: true })
    found.then(resolve, none).finally(() => signal.removeEventListener('abort', none))
  })
}

function allowedAddress(text: string, reach: ReadonlySet<string>): string | undefined {
  const address = text.includes('%') ? undefined : canonicalAddress(text)
  const ranges = address === undefined ? [] : (rangesOf(address) ?? [])
  return ranges.length > 0 && ranges.every((range) => reach.has(range)) ? address : undefined
}

/** What the name servers say. A question that waits inside the C library would hold a thread that others need. */
const askNameServers: Resolve = async (host, signal) => {
  signal.throwIfAborted()
  const resolver = new Resolver({ timeout: 1_500, tries: 2 })
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

/** What other programs of this machine are told: for the hosts of its own network that the operator named. */
const askThisMachine: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address)

/** That there is no address of one family is an answer; that nobody answered is none. */
function noneIfAnswered(error: unknown): readonly string[] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENODATA' || code === 'ENOTFOUND') return []
  throw error
}
