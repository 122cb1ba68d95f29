import { join, resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { ConfigText } from '../../kernel/secret-reference.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import type { KeySettings } from '../../vault/keys/open-keys.ts'
import { openKeys as openProvider } from '../../vault/keys/open-keys.ts'
import { holdsSealed } from '../../vault/seal/sealed-rows.ts'
import { awsCredentialsOf, azureLoginOf, googleLoginOf, hashicorpOf } from './keeper-logins.ts'
import { withMetadata } from './metadata-fetch.ts'
import { openingText } from './opening-text.ts'

export interface OpenKeysParts {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Must know the hosts of `keeperHosts` as named by the operator. */
  readonly fetch: SafeFetch
  /** Where sealed rows would be: a key is made only while there are none. */
  readonly store: Store
  /** Hears of a key file that was just made: there should be a copy of it. */
  readonly created?: (path: string) => void
}

/**
 * Opens who keeps the vault's keys, as the configuration says.
 *
 * @throws GatewayError `credential_unavailable`, with what is wrong and what to do.
 */
export function openKeys(
  config: Pick<Config, 'vault' | 'dataDir' | 'folder'>,
  { env, fetch, store, created }: OpenKeysParts,
): Promise<KeyProvider> {
  return openProvider(keySettings(config, env), {
    ...{ fetch: withMetadata(fetch), clock: Date.now },
    mayCreate: async () => !(await holdsSealed(store)),
    ...(created !== undefined && { created }),
  })
}

/** The settings of a configuration. Secrets are read when they are needed. */
export function keySettings(
  { vault: { keys }, dataDir, folder }: Pick<Config, 'vault' | 'dataDir' | 'folder'>,
  env: Readonly<Record<string, string | undefined>>,
): KeySettings {
  const text = (of: ConfigText) => openingText(of, folder, env)
  switch (keys.kind) {
    case 'age':
      return {
        kind: 'age',
        file: keys.file === undefined ? join(dataDir, 'vault.age') : resolve(folder, keys.file),
        ...(keys.passphrase !== undefined && { passphrase: text(keys.passphrase) }),
      }
    case 'keychain':
      return keys
    case 'transit': {
      const { kind, mount, key, derived } = keys
      return { kind, mount, key, derived, ...hashicorpOf(keys, folder, text) }
    }
    case 'aws-kms': {
      const { kind, region, key, endpoint, credentials } = keys
      const place = { region, key, ...(endpoint !== undefined && { endpoint }) }
      return { kind, ...place, credentials: awsCredentialsOf(credentials, env, text) }
    }
    case 'gcp-kms': {
      const { kind, key, endpoint, login } = keys
      const place = { key, ...(endpoint !== undefined && { endpoint }) }
      return { kind, ...place, login: googleLoginOf(login, text) }
    }
    case 'azure-key-vault':
      return { ...keys, login: azureLoginOf(keys.login, text) }
  }
}

/** The file of the keys, where they are in one. */
export function keyFile(config: Pick<Config, 'vault' | 'dataDir' | 'folder'>): string | undefined {
  const settings = keySettings(config, {})
  return settings.kind === 'age' ? settings.file : undefined
}

/** Hosts of the keeper of the keys, which the operator named. */
export function keeperHosts({ vault: { keys } }: Pick<Config, 'vault'>): readonly string[] {
  const urls: (string | undefined)[] = []
  if (keys.kind === 'transit') urls.push(keys.address)
  if (keys.kind === 'aws-kms' || keys.kind === 'gcp-kms') urls.push(keys.endpoint)
  if (keys.kind === 'azure-key-vault') {
    urls.push(keys.vault)
    if (keys.login.kind === 'client-credentials') urls.push(keys.login.authority)
  }
  return urls.flatMap((url) => (url === undefined ? [] : [new URL(url).host]))
}
