import {
  type CredentialAbout,
  type CredentialOwner,
  type UpstreamToken,
  upstreamToken,
} from '../../kernel/credential.ts'
import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import type { Clock } from '../../kernel/ports.ts'
import {
  formatReference,
  type SecretProvider,
  type SecretReference,
} from '../../kernel/secret-reference.ts'
import type { ValueWatch } from '../../kernel/value-watch.ts'
import type { SecretReader } from '../secrets/parts.ts'
import { type FreshValue, keptValues } from './kept-values.ts'
import { checkValue, type SecretSource, unavailable } from './source.ts'
import { watchedValues } from './watched-values.ts'

/** For whom a secret is read. */
export interface Asked {
  /** The server that will be shown it. */
  readonly server: string
  /** Who calls; `shared` where nobody does. */
  readonly owner: CredentialOwner
  /** The version before the current one, while both are accepted: of secrets of our own vault. */
  readonly previous?: boolean
}

/** Gives the values of references. */
export interface Resolver {
  /** What is at hand; undefined when it has to be read. */
  peek(reference: SecretReference, asked: Asked): UpstreamToken | undefined
  /**
   * The value, from memory or from who keeps it.
   *
   * @throws GatewayError `connection_required` with `{server, secret}` when the caller has no such
   *   secret; `credential_unavailable` when it cannot be had, or the server may not be given it (which
   *   is witnessed). Its message is public, its detail says more.
   */
  resolve(reference: SecretReference, asked: Asked): Promise<UpstreamToken>
  /** Hears that a server refused the value: it is read anew, unless it was read a moment ago. */
  forget(reference: SecretReference, asked: Asked): void
  /** Hears of a change of kind `credential`: what is in memory of it is old. */
  changed(id: string): void
  clear(): void
}

/** Who else keeps secrets. */
export type OtherProvider = Exclude<SecretProvider, 'vault' | 'user'>

export interface BoundSource {
  readonly source: SecretSource
  /** Servers that may be given secrets of it; any without. */
  readonly servers?: readonly string[]
}

export interface ResolverOptions {
  readonly sources: Readonly<Partial<Record<OtherProvider, BoundSource>>>
  readonly secrets: SecretReader
  readonly witness: Witness
  readonly clock: Clock
  /** Milliseconds that a value of another keeper is used before it is read again. */
  readonly ttl: number
  /** Hears of each value, so that it is found where it must not be. */
  readonly watch?: Pick<ValueWatch<CredentialAbout>, 'add'>
}

/** Our own are cheap to read, and their last use shall be known. */
const OWN_TTL = 60_000
/** Milliseconds for one read. */
const TIMEOUT = 15_000

/** Makes it. Values are in memory of this process alone. */
export function createResolver(options: ResolverOptions): Resolver {
  const { clock, watch } = options
  const watched = watch === undefined ? () => undefined : watchedValues(watch)
  const kept = keptValues(clock)
  const refusals = keptValues(clock)
  return {
    peek(reference, asked) {
      if (!isAllowed(options, reference, asked.server)) return undefined
      const value = kept.get(keyOf(reference, asked))
      return value === undefined ? undefined : upstreamToken(value)
    },
    async resolve(reference, asked) {
      const key = keyOf(reference, asked)
      try {
        if (!isAllowed(options, reference, asked.server))
          await refusals.load(`${key}\n${asked.server}`, '', () =>
            refuse(options, reference, asked),
          )
        const value = await kept.load(key, changeOf(reference, asked), async () => {
          const fresh = await read(options, reference, asked)
          watched(fresh.value, aboutOf(reference, asked))
          return fresh
        })
        return upstreamToken(value)
      } catch (error) {
        throw told(error, reference, asked)
      }
    },
    forget: (reference, asked) => kept.forget(keyOf(reference, asked)),
    changed: (id) => kept.changed(id),
    clear: () => kept.clear(),
  }
}

/** Our own secrets list their servers themselves. */
function isAllowed(
  { sources }: ResolverOptions,
  { provider }: SecretReference,
  server: string,
): boolean {
  if (provider === 'vault' || provider === 'user') return true
  return sources[provider]?.servers?.includes(server) ?? true
}

async function refuse(
  { witness }: ResolverOptions,
  reference: SecretReference,
  { server, owner }: Asked,
): Promise<never> {
  const target = formatReference(reference)
  await witness({ event: 'secret.refused', outcome: 'refused', target, detail: { server, owner } })
  const { provider } = reference
  throw unavailable(`is not for this server: list it in \`vault.sources.${provider}.servers\``)
}

function read(
  options: ResolverOptions,
  reference: SecretReference,
  asked: Asked,
): Promise<FreshValue> {
  const { provider } = reference
  if (provider === 'vault' || provider === 'user') return readOwn(options, reference, asked)
  return readOther(options, reference, provider, asked)
}

async function readOwn(
  { clock, ttl, secrets }: ResolverOptions,
  { provider, name }: SecretReference,
  asked: Asked,
): Promise<FreshValue> {
  const owner = provider === 'vault' ? 'shared' : asked.owner
  if (provider === 'user' && owner === 'shared') throw noCaller()
  const { value, expires } = await (asked.previous === true
    ? secrets.readPrevious({ name, owner }, asked.server)
    : secrets.read({ name, owner }, asked.server))
  const until = clock() + Math.min(ttl, OWN_TTL)
  return { value, until: Math.min(until, expires ?? until) }
}

async function readOther(
  { clock, ttl, sources }: ResolverOptions,
  reference: SecretReference,
  provider: OtherProvider,
  { previous }: Asked,
): Promise<FreshValue> {
  if (previous === true) throw unavailable('has no version before it that is known')
  const { source } = sources[provider] ?? {}
  if (source === undefined)
    throw unavailable(`has no keeper: set up \`vault.sources.${provider}\` in the configuration`)
  const value = await inTime((signal) => source.read(reference, signal))
  return { value: checkValue(value), until: clock() + ttl }
}

function noCaller(): GatewayError {
  return new GatewayError('item_unknown', 'each user has a secret of their own, and nobody calls')
}

/** @throws GatewayError `credential_unavailable` after a while, whatever the keeper does. */
async function inTime(read: (signal: AbortSignal) => Promise<string>): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT)
  const { promise, reject } = Promise.withResolvers<never>()
  const late = (): void => reject(unavailable('cannot be read: its keeper does not answer in time'))
  signal.addEventListener('abort', late, { once: true })
  try {
    return await Promise.race([read(signal), promise])
  } finally {
    signal.removeEventListener('abort', late)
  }
}

/** Our own are kept for each server, as each is checked; of the others there is one value for all. */
function keyOf(reference: SecretReference, { server, owner, previous }: Asked): string {
  const { provider } = reference
  if (provider !== 'vault' && provider !== 'user') return formatReference(reference)
  const whose = provider === 'vault' ? 'shared' : owner
  return `${provider}/${reference.name} ${whose} ${server}${previous === true ? ' previous' : ''}`
}

/** As in the changes that secrets note. */
function changeOf({ provider, name }: SecretReference, { owner }: Asked): string {
  if (provider === 'vault') return `secret:${name} shared`
  return provider === 'user' ? `secret:${name} ${owner}` : ''
}

function aboutOf(reference: SecretReference, { owner }: Asked): CredentialAbout {
  const { provider, name } = reference
  if (provider === 'vault') return { owner: 'shared', server: `secret:${name}` }
  if (provider === 'user') return { owner, server: `secret:${name}` }
  return { owner: 'shared', server: formatReference(reference) }
}

/** The caller hears for which server, who runs the gateway hears why. */
function told(error: unknown, reference: SecretReference, { server }: Asked): unknown {
  const { code, message: said } = toGatewayError(error)
  const unknown = code === 'item_unknown'
  if (unknown && reference.provider === 'user') {
    const data = { server, secret: reference.name }
    const message = `\`${server}\` needs a secret of yours, \`${reference.name}\`: put it into the vault, for this server`
    return new GatewayError('connection_required', message, { data, cause: error })
  }
  if (!unknown && code !== 'credential_unavailable') return error
  const problem = unknown ? 'is not in the vault: store it with `bailiwick secrets set`' : said
  return new GatewayError('credential_unavailable', `a secret for \`${server}\` cannot be had`, {
    detail: `the secret \`${formatReference(reference)}\` ${problem}`,
    cause: error,
  })
}
