import { Resolver as DnsResolver, lookup } from 'node:dns/promises'
import { canonicalAddress, rangesOf } from '../../kernel/address-ranges.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { Resolver } from '../analyser.ts'

/** How names are resolved, and for how long answers are remembered. */
export interface DnsResolverOptions {
  /** Addresses of DNS servers, with ports if need be. Absent: as programs on this machine resolve. */
  readonly servers?: readonly string[]
  /** Milliseconds for which an address of a host is remembered. */
  readonly window: number
  /** Milliseconds after which a host counts as not resolved. */
  readonly timeout: number
  readonly clock: Clock
  /** How many hosts are remembered; the longest unused is forgotten first. */
  readonly maxHosts: number
}

/** How many addresses are remembered of one host. */
const MOST_ADDRESSES = 64
/** Asked so often each time: a name that changes its address between two questions is seen to. */
const QUESTIONS = 2

/** When each address of a host was last answered. */
type Remembered = Map<string, number>

/**
 * A resolver that remembers. A host that alternates between a public and a private address (DNS
 * rebinding) has both for the length of the window. Nothing is cached: every call asks, and asks twice,
 * so that an answer which holds for one question only shows at once. A question that fails or takes too
 * long gives no address at all. A name server that answers the third question differently is beyond any
 * look beforehand: only what connects can hold on to an address.
 */
export function dnsResolver(options: DnsResolverOptions): Resolver {
  const ask = questions(options)
  const memory = new Map<string, Remembered>()
  const running = new Map<string, Promise<readonly string[]>>()
  const resolve = async (host: string): Promise<readonly string[]> => {
    const answer = await ask(host)
    if (answer === undefined) return []
    return remember(memory, host, answer, options)
  }
  return {
    resolve: (name) => {
      const host = name.toLowerCase().replace(/\.$/, '')
      const literal = canonicalAddress(host)
      if (literal !== undefined) return Promise.resolve([literal])
      const under = running.get(host)
      if (under !== undefined) return under
      if (running.size >= options.maxHosts) return Promise.resolve([])
      const answer = resolve(host).finally(() => running.delete(host))
      running.set(host, answer)
      return answer
    },
  }
}

/** All answers to a host, asked `QUESTIONS` times; undefined when one of them is missing. */
type Ask = (host: string) => Promise<readonly string[] | undefined>

function questions({ servers, timeout }: DnsResolverOptions): Ask {
  const once = servers === undefined ? systemQuestion : serverQuestion(servers, timeout)
  return async (host) => {
    const addresses: string[] = []
    const deadline = AbortSignal.timeout(timeout)
    try {
      for (let asked = 0; asked < QUESTIONS; asked++)
        addresses.push(...(await beforeAbort(once(host), deadline)))
    } catch {
      return undefined
    }
    return addresses
  }
}

function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

/** As other programs on this machine ask: the hosts file counts. */
async function systemQuestion(host: string): Promise<readonly string[]> {
  const answers = await lookup(host, { all: true })
  return answers.map(({ address }) => address)
}

function serverQuestion(
  servers: readonly string[],
  timeout: number,
): (host: string) => Promise<readonly string[]> {
  const resolver = new DnsResolver({ timeout, tries: 1 })
  resolver.setServers(servers)
  return async (host) => {
    const answers = await Promise.all([
      resolver.resolve4(host).catch(noneIfAnswered),
      resolver.resolve6(host).catch(noneIfAnswered),
    ])
    return answers.flat()
  }
}

/** That there is no address of one family is an answer; that nobody answered is none. */
function noneIfAnswered(error: unknown): readonly string[] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENODATA' || code === 'ENOTFOUND') return []
  throw error
}

function remember(
  memory: Map<string, Remembered>,
  host: string,
  answer: readonly string[],
  { window, clock, maxHosts }: DnsResolverOptions,
): readonly string[] {
  const now = clock()
  const known: Remembered = new Map(
    [...(memory.get(host) ?? [])].filter(([, seen]) => now - seen <= window),
  )
  for (const address of answer) {
    const canonical = canonicalAddress(address)
    if (canonical === undefined) continue
    // deleted first, so that the order is that of being seen
    known.delete(canonical)
    known.set(canonical, now)
  }
  for (const address of surplus([...known.keys()])) known.delete(address)
  memory.delete(host)
  if (known.size > 0) memory.set(host, known)
  const [oldest] = memory.keys()
  if (memory.size > maxHosts && oldest !== undefined) memory.delete(oldest)
  return [...known.keys()].sort()
}

/** What must be forgotten, oldest first; public addresses before others, so that none of these is washed away. */
function surplus(addresses: readonly string[]): readonly string[] {
  const count = Math.max(0, addresses.length - MOST_ADDRESSES)
  const isPublic = (address: string): boolean => rangesOf(address)?.includes('public') === true
  const expendable = [
    ...addresses.filter(isPublic),
    ...addresses.filter((address) => !isPublic(address)),
  ]
  return expendable.slice(0, count)
}
