import type { Vault } from '../../admin/admin.ts'
import type { Config } from '../../config/config.ts'
import { credentialOf, dependantsOf } from '../server-credential.ts'

/** What the gateway keeps of credentials, as people look after it. */
export type VaultParts = Pick<Vault, 'secrets' | 'connections' | 'clientDocument' | 'clientKeys'>

/** Fills in the port of the vault, with what the configuration says of it. */
export function vaultPort(config: Config, parts: VaultParts): Vault {
  return {
    ...parts,
    servers: () =>
      Object.entries(config.servers)
        .filter(([, { enabled }]) => enabled)
        .map(([name, server]) => credentialOf(name, server)),
    dependants: (of) => dependantsOf(config, of),
  }
}
