import type { Dependant, ServerCredential } from '../admin/admin.ts'
import type { Config, ServerConfig } from '../config/config.ts'
import { formatText } from '../config/secret.ts'
import type { SecretReference } from '../kernel/secret-reference.ts'
import type { SecretName } from '../kernel/vault.ts'

/** A reference of a server's settings, and where what it names goes. */
interface Use {
  readonly goes: string
  readonly reference: SecretReference
}

/** How a server is shown who a request is for, as it is configured. */
export function credentialOf(server: string, settings: ServerConfig): ServerCredential {
  const uses = injected(settings)
  const authorization = settings.transport === 'stdio' ? undefined : settings.authorization
  const kind = authorization?.kind ?? (uses.length === 0 ? 'none' : 'static')
  return {
    server,
    kind: kind === 'none' && uses.length > 0 ? 'static' : kind,
    shared: uses.some(({ reference }) => reference.provider !== 'user') || isForAll(authorization),
    connects: connects(settings),
  }
}

type Authorization = Extract<ServerConfig, { readonly authorization?: unknown }>['authorization']

/** Whether all come with the same: what the gateway has for itself is nobody's own. */
function isForAll(authorization: Authorization): boolean {
  if (authorization === undefined || authorization.kind === 'none') return false
  return authorization.kind === 'client-credentials' || authorization.holder === 'shared'
}

/** Where the operator said nothing, people connect as soon as the server asks. */
function connects(settings: ServerConfig): boolean {
  if (settings.transport === 'stdio') return false
  const { authorization, headers } = settings
  if (authorization !== undefined) return authorization.kind === 'authorization-code'
  return !Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
}

/** The same in a few words, for people. */
export function credentialText({ kind, shared, connects: people }: ServerCredential): string {
  if (kind === 'none') return people ? 'nothing, until it asks: then each user connects' : 'nothing'
  if (kind === 'static') return shared ? 'a secret that all share' : 'a secret of each user'
  if (kind === 'client-credentials') return 'the gateway itself, for all (client-credentials)'
  return `${shared ? 'one connection for all' : 'each user’s own connection'} (${kind})`
}

/** What of the configuration refers to a secret of the vault. */
export function dependantsOf(
  { servers }: Config,
  { name, owner }: SecretName,
): readonly Dependant[] {
  const provider = owner === 'shared' ? 'vault' : 'user'
  return Object.entries(servers).flatMap(([server, settings]) =>
    usesOf(settings)
      .filter(({ reference }) => reference.provider === provider && reference.name === name)
      .map(({ goes, reference }) => ({ server, goes, reference: shown(reference) })),
  )
}

/** Without the text before it, which is somebody's own. */
function shown(reference: SecretReference): string {
  return formatText({ ...reference, prefix: '' })
}

/** What is shown to the server itself. */
function injected(settings: ServerConfig): readonly Use[] {
  return settings.transport === 'stdio'
    ? referencesIn(settings.env, 'variable ')
    : referencesIn(settings.headers, 'header ')
}

function usesOf(settings: ServerConfig): readonly Use[] {
  if (settings.transport === 'stdio' || settings.authorization === undefined)
    return injected(settings)
  return [...injected(settings), ...referencesIn(settings.authorization, 'authorization.')]
}

/** References among the members of some settings, however deep. */
function referencesIn(members: object, before: string): readonly Use[] {
  return Object.entries(members).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return []
    if (isReference(value)) return [{ goes: before + name, reference: value }]
    return referencesIn(value, `${before}${name}.`)
  })
}

function isReference(value: object): value is SecretReference {
  return (value as { readonly kind?: unknown }).kind === 'secret' && 'provider' in value
}
