import type { Config } from '../../config/config.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { ConfigText } from '../../kernel/secret-reference.ts'
import { awsSource } from '../../vault/sources/aws.ts'
import { azureSource } from '../../vault/sources/azure.ts'
import { envSource } from '../../vault/sources/env.ts'
import { fileSource } from '../../vault/sources/file.ts'
import { googleSource } from '../../vault/sources/google.ts'
import { hashicorpSource } from '../../vault/sources/hashicorp.ts'
import { keychainSource } from '../../vault/sources/keychain.ts'
import { onepasswordSource } from '../../vault/sources/onepassword.ts'
import type { BoundSource, OtherProvider } from '../../vault/sources/resolver.ts'
import type { SecretSource } from '../../vault/sources/source.ts'
import { awsCredentialsOf, azureLoginOf, googleLoginOf, hashicorpOf } from './keeper-logins.ts'
import { withMetadata } from './metadata-fetch.ts'
import { openingText } from './opening-text.ts'

type Settings = Pick<Config, 'vault' | 'folder'>

export interface OpenSourcesParts {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Must know the hosts of `sourceHosts` as named by the operator. */
  readonly fetch: SafeFetch
}

/** All who keep secrets, as the configuration says. Nobody is asked before the first secret is. */
export function openSources(
  config: Settings,
  parts: OpenSourcesParts,
): Readonly<Partial<Record<OtherProvider, BoundSource>>> {
  const { env, file, keychain } = config.vault.sources
  return {
    env: bound(envSource(parts.env), env),
    file: bound(fileSource(config.folder), file),
    keychain: bound(keychainSource(), keychain),
    ...remote(config, parts),
  }
}

function remote(
  { vault: { sources }, folder }: Settings,
  { env, fetch: plain }: OpenSourcesParts,
): Readonly<Partial<Record<OtherProvider, BoundSource>>> {
  const fetch = withMetadata(plain)
  const clock = Date.now
  const text = (of: ConfigText) => openingText(of, folder, env)
  const { hashicorp, aws, gcp, azure, onepassword } = sources
  return {
    ...(hashicorp && {
      hashicorp: bound(
        hashicorpSource(hashicorpOf(hashicorp, folder, text), fetch, clock),
        hashicorp,
      ),
    }),
    ...(aws && {
      aws: bound(
        awsSource(
          {
            ...{ region: aws.region, credentials: awsCredentialsOf(aws.credentials, env, text) },
            ...(aws.endpoint !== undefined && { endpoint: aws.endpoint }),
          },
          fetch,
        ),
        aws,
      ),
    }),
    ...(gcp && {
      gcp: bound(
        googleSource(
          {
            login: googleLoginOf(gcp.login, text),
            ...(gcp.project !== undefined && { project: gcp.project }),
            ...(gcp.endpoint !== undefined && { endpoint: gcp.endpoint }),
          },
          fetch,
          clock,
        ),
        gcp,
      ),
    }),
    ...(azure && {
      azure: bound(
        azureSource({ address: azure.vault, login: azureLoginOf(azure.login, text) }, fetch, clock),
        azure,
      ),
    }),
    ...(onepassword && {
      onepassword: bound(
        onepasswordSource({ address: onepassword.address, token: text(onepassword.token) }, fetch),
        onepassword,
      ),
    }),
  }
}

function bound(
  source: SecretSource,
  { servers }: { readonly servers?: readonly string[] | undefined } = {},
): BoundSource {
  return { source, ...(servers !== undefined && { servers }) }
}

/** Hosts of those who keep secrets, which the operator named. */
export function sourceHosts({ vault: { sources } }: Pick<Config, 'vault'>): readonly string[] {
  const { hashicorp, aws, gcp, azure, onepassword } = sources
  const login = azure?.login
  const urls = [
    ...[hashicorp?.address, aws?.endpoint, gcp?.endpoint, azure?.vault, onepassword?.address],
    login?.kind === 'client-credentials' ? login.authority : undefined,
  ]
  return urls.flatMap((url) => (url === undefined ? [] : [new URL(url).host]))
}
