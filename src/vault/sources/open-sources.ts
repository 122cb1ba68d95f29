import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { ConfigText, SecretReference } from '../../kernel/secret-reference.ts'
import { AZURE_METADATA } from '../logins/azure.ts'
import type { SecretText } from '../logins/call-json.ts'
import { GOOGLE_METADATA } from '../logins/google.ts'
import type { HashicorpLogin } from '../logins/hashicorp.ts'
import { awsSource } from './aws.ts'
import { azureSource } from './azure.ts'
import { envSource } from './env.ts'
import { fileSource } from './file.ts'
import { googleSource } from './google.ts'
import { hashicorpSource } from './hashicorp.ts'
import { keychainSource } from './keychain.ts'
import { onepasswordSource } from './onepassword.ts'
import type { BoundSource, OtherProvider } from './resolver.ts'
import { checkValue, type SecretSource, unavailable } from './source.ts'

interface Bound {
  readonly servers?: readonly string[] | undefined
}

type Login<T> = { readonly [Key in keyof T]: T[Key] extends SecretText ? ConfigText : T[Key] }

/** The settings of `vault.sources`, as the configuration reads them. */
export interface SourceSettings {
  readonly env?: Bound | undefined
  readonly file?: Bound | undefined
  readonly keychain?: Bound | undefined
  readonly hashicorp?:
    | (Bound & {
        readonly address: string
        readonly namespace?: string | undefined
        readonly login: HashicorpLogin extends infer One
          ? One extends unknown
            ? Login<One>
            : never
          : never
      })
    | undefined
  readonly aws?:
    | (Bound & {
        readonly region: string
        readonly endpoint?: string | undefined
        readonly accessKeyId: ConfigText
        readonly secretAccessKey: ConfigText
        readonly sessionToken?: ConfigText | undefined
      })
    | undefined
  readonly gcp?:
    | (Bound & {
        readonly project?: string | undefined
        readonly endpoint?: string | undefined
        readonly login:
          | { readonly kind: 'service-account'; readonly key: ConfigText }
          | { readonly kind: 'metadata'; readonly address?: string | undefined }
      })
    | undefined
  readonly azure?:
    | (Bound & {
        readonly address: string
        readonly login:
          | {
              readonly kind: 'client-credentials'
              readonly tenant: string
              readonly client: string
              readonly secret: ConfigText
              readonly authority?: string | undefined
            }
          | {
              readonly kind: 'managed-identity'
              readonly client?: string | undefined
              readonly address?: string | undefined
            }
      })
    | undefined
  readonly onepassword?:
    | (Bound & { readonly address: string; readonly token: ConfigText })
    | undefined
}

export interface SourceParts {
  readonly fetch: SafeFetch
  readonly clock: Clock
  /** The gateway's environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What relative paths of files count from. */
  readonly folder: string
}

/** All who keep secrets, by the settings. Nobody is asked before the first secret is. */
export function openSources(
  settings: SourceSettings,
  parts: SourceParts,
): Readonly<Partial<Record<OtherProvider, BoundSource>>> {
  const near: Near = {
    env: envSource(parts.env),
    file: fileSource(parts.folder),
    keychain: keychainSource(),
  }
  const { hashicorp, aws, gcp, azure, onepassword } = settings
  return {
    env: bound(near.env, settings.env),
    file: bound(near.file, settings.file),
    keychain: bound(near.keychain, settings.keychain),
    ...(hashicorp && { hashicorp: bound(openHashicorp(hashicorp, near, parts), hashicorp) }),
    ...(aws && { aws: bound(openAws(aws, near, parts), aws) }),
    ...(gcp && { gcp: bound(openGoogle(gcp, near, parts), gcp) }),
    ...(azure && { azure: bound(openAzure(azure, near, parts), azure) }),
    ...(onepassword && {
      onepassword: bound(
        onepasswordSource(
          { address: onepassword.address, token: reader(onepassword.token, near) },
          parts.fetch,
        ),
        onepassword,
      ),
    }),
  }
}

type Near = Readonly<Record<'env' | 'file' | 'keychain', SecretSource>>
type Given<Key extends keyof SourceSettings> = NonNullable<SourceSettings[Key]>

function bound(source: SecretSource, { servers }: Bound = {}): BoundSource {
  return { source, ...(servers && { servers }) }
}

/** Reads a credential of the gateway's own, each time that it is needed. */
function reader(text: ConfigText, near: Near): SecretText {
  if (text.kind === 'literal') return async () => text.value
  return async () => {
    const value = checkValue(await nearSource(text, near).read(text, AbortSignal.timeout(5_000)))
    return text.prefix + value
  }
}

function nearSource({ provider }: SecretReference, near: Near): SecretSource {
  if (provider === 'env' || provider === 'file' || provider === 'keychain') return near[provider]
  throw unavailable('cannot be read: who keeps secrets is not asked for how to ask')
}

function openHashicorp(
  { address, namespace, login }: Given<'hashicorp'>,
  near: Near,
  { fetch, clock }: SourceParts,
): SecretSource {
  const place = { address, ...(namespace !== undefined && { namespace }) }
  return hashicorpSource({ ...place, login: hashicorpLogin(login, near) }, fetch, clock)
}

function hashicorpLogin(login: Given<'hashicorp'>['login'], near: Near): HashicorpLogin {
  switch (login.kind) {
    case 'token':
      return { ...login, token: reader(login.token, near) }
    case 'approle':
      return {
        ...login,
        ...{ roleId: reader(login.roleId, near), secretId: reader(login.secretId, near) },
      }
    case 'kubernetes':
      return login
  }
}

function openAws(
  { region, endpoint, accessKeyId, secretAccessKey, sessionToken }: Given<'aws'>,
  near: Near,
  { fetch }: SourceParts,
): SecretSource {
  const credentials = {
    accessKeyId: reader(accessKeyId, near),
    secretAccessKey: reader(secretAccessKey, near),
    ...(sessionToken && { sessionToken: reader(sessionToken, near) }),
  }
  return awsSource({ region, credentials, ...(endpoint !== undefined && { endpoint }) }, fetch)
}

function openGoogle(
  { project, endpoint, login }: Given<'gcp'>,
  near: Near,
  { fetch, clock }: SourceParts,
): SecretSource {
  return googleSource(
    {
      ...(project !== undefined && { project }),
      ...(endpoint !== undefined && { endpoint }),
      login:
        login.kind === 'metadata'
          ? { kind: login.kind, address: login.address ?? GOOGLE_METADATA }
          : { kind: login.kind, key: reader(login.key, near) },
    },
    fetch,
    clock,
  )
}

function openAzure(
  { address, login }: Given<'azure'>,
  near: Near,
  { fetch, clock }: SourceParts,
): SecretSource {
  if (login.kind === 'managed-identity') {
    const { client, address: metadata = AZURE_METADATA } = login
    const identity = {
      kind: login.kind,
      address: metadata,
      ...(client !== undefined && { client }),
    }
    return azureSource({ address, login: identity }, fetch, clock)
  }
  const { authority, secret, ...known } = login
  const application = {
    ...{ ...known, secret: reader(secret, near) },
    ...(authority !== undefined && { authority }),
  }
  return azureSource({ address, login: application }, fetch, clock)
}
