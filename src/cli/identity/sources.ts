import type { CheckedSource, TrustedSource } from '../../admin/admin.ts'
import type { Config } from '../../config/config.ts'
import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { FetchDocument } from '../../kernel/fetch-document.ts'
import { isObject } from '../../kernel/json.ts'
import type { Oauth } from '../../oauth/oauth.ts'

const LIMITS = { maxBytes: 262_144, timeout: 5_000 }
const DISCOVERY = '/.well-known/openid-configuration'

/** Whose word about people and programs is taken, and whether it can be had. */
export function trustedSources(
  { identity }: Config,
  { checkProviders }: Pick<Oauth, 'checkProviders'>,
  fetchDocument: FetchDocument,
) {
  const { providers, issuers, assertions, platforms } = identity
  const keyed = { issuer: issuers, assertions, platform: platforms } as const
  const others = Object.entries(keyed).flatMap(([kind, named]) =>
    Object.entries<Keyed>(named).map(([name, { issuer, jwksUri }]) => ({
      source: { kind: kind as TrustedSource['kind'], name, issuer },
      jwksUri,
    })),
  )
  const people = Object.entries(providers).map(
    ([name, { issuer }]): TrustedSource => ({ kind: 'provider', name, issuer }),
  )
  return {
    list: (): readonly TrustedSource[] => [...people, ...others.map(({ source }) => source)],
    async check(): Promise<readonly CheckedSource[]> {
      const [health, keys] = await Promise.all([
        checkProviders(),
        Promise.all(
          others.map(async ({ source, jwksUri }) => ({
            ...source,
            ...(await healthOf(source.issuer, jwksUri, fetchDocument)),
          })),
        ),
      ])
      const checked = people.map((source) => {
        const { ok = false, reason } = health.find(({ id }) => id === source.name) ?? {}
        return { ...source, ok, ...(reason === undefined ? {} : { reason }) }
      })
      return [...checked, ...keys]
    },
  }
}

interface Keyed {
  readonly issuer: string
  readonly jwksUri?: string | undefined
}

/** Whether the keys of an issuer can be had: at their address, or where its metadata says. */
async function healthOf(
  issuer: string,
  jwksUri: string | undefined,
  fetchDocument: FetchDocument,
): Promise<{ readonly ok: boolean; readonly reason?: string }> {
  try {
    const keys = await read(jwksUri ?? (await discovered(issuer, fetchDocument)), fetchDocument)
    if (isObject(keys) && Array.isArray(keys['keys']) && keys['keys'].length > 0)
      return { ok: true }
    return { ok: false, reason: 'what it serves is not a key set' }
  } catch (cause) {
    return { ok: false, reason: reasonOf(cause) }
  }
}

async function discovered(issuer: string, fetchDocument: FetchDocument): Promise<string> {
  const metadata = await read(`${issuer.replace(/\/$/, '')}${DISCOVERY}`, fetchDocument)
  if (isObject(metadata) && metadata['issuer'] === issuer) return String(metadata['jwks_uri'])
  throw new GatewayError('fetch_failed', 'its metadata is that of another issuer')
}

async function read(url: string, fetchDocument: FetchDocument): Promise<unknown> {
  const { status, text } = await fetchDocument(url, LIMITS)
  if (status !== 200) throw new GatewayError('fetch_failed', `${url} answers with status ${status}`)
  return JSON.parse(text)
}

function reasonOf(cause: unknown): string {
  const { code, message, detail } = toGatewayError(cause)
  if (code === 'internal') return 'what it serves is not JSON'
  return detail === undefined ? message : `${message}: ${detail}`
}
