import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import type { AgeSettings } from './age.ts'
import type { AwsKmsSettings } from './aws-kms.ts'
import type { AzureKeyVaultSettings } from './azure-key-vault.ts'
import type { GcpKmsSettings } from './gcp-kms.ts'
import type { KeychainSettings } from './keychain.ts'
import type { TransitSettings } from './transit.ts'

/** Who keeps the keys, and how they are reached. */
export type KeySettings =
  | AgeSettings
  | KeychainSettings
  | TransitSettings
  | AwsKmsSettings
  | GcpKmsSettings
  | AzureKeyVaultSettings

export interface KeyParts {
  readonly fetch: SafeFetch
  readonly clock: Clock
  /** Whether a key may be made on this machine where there is none: never while anything is sealed. */
  readonly mayCreate: () => Promise<boolean>
  /** Hears of a key file that was just made. */
  readonly created?: (path: string) => void
}

/**
 * Opens the key provider of the settings. Each loads its own code. Those that are asked over the network
 * are not asked yet: `check` proves them.
 *
 * @throws GatewayError `credential_unavailable`, with what is wrong and what to do.
 */
export async function openKeys(settings: KeySettings, parts: KeyParts): Promise<KeyProvider> {
  switch (settings.kind) {
    case 'age':
      return (await import('./age.ts')).openAge(settings, parts)
    case 'keychain':
      return (await import('./keychain.ts')).openKeychain(settings, parts)
    case 'transit':
      return (await import('./transit.ts')).openTransit(settings, parts)
    case 'aws-kms':
      return (await import('./aws-kms.ts')).openAwsKms(settings, parts)
    case 'gcp-kms':
      return (await import('./gcp-kms.ts')).openGcpKms(settings, parts)
    case 'azure-key-vault':
      return (await import('./azure-key-vault.ts')).openAzureKeyVault(settings, parts)
  }
}
