import type { CredentialOwner } from '../../kernel/credential.ts'
import type { SealPlace } from '../../kernel/vault.ts'
import type {
  VaultClientTable,
  VaultConnectionTable,
  VaultKeyTable,
  VaultSecretTable,
  VaultStateTable,
} from '../../store/vault-schema.ts'

/** The tenant of an installation that has one. */
export const TENANT = 'default'

/** Where the value of a secret's row belongs. */
export function secretPlace(
  row: Pick<VaultSecretTable, 'name' | 'owner' | 'version'>,
  tenant = TENANT,
): SealPlace {
  const owner = row.owner as CredentialOwner
  return { tenant, owner, server: `secret:${row.name}`, version: row.version }
}

/** Where the tokens of a connection's row belong. */
export function connectionPlace(
  row: Pick<VaultConnectionTable, 'server' | 'owner' | 'version'>,
  tenant = TENANT,
): SealPlace {
  return { tenant, owner: row.owner as CredentialOwner, server: row.server, version: row.version }
}

/** Where the secret of a registered client belongs. */
export function clientPlace(
  row: Pick<VaultClientTable, 'issuer' | 'redirect' | 'version'>,
  tenant = TENANT,
): SealPlace {
  const server = `client:${JSON.stringify([row.issuer, row.redirect])}`
  return { tenant, owner: 'shared', server, version: row.version }
}

/** Where what is kept of somebody who is on their way belongs. */
export function statePlace(
  row: Pick<VaultStateTable, 'digest' | 'owner' | 'server'>,
  tenant = TENANT,
): SealPlace {
  const server = `state:${JSON.stringify([row.digest, row.server])}`
  return { tenant, owner: row.owner as CredentialOwner, server, version: 1 }
}

/** Where a signing key belongs. */
export function keyPlace(row: Pick<VaultKeyTable, 'id'>, tenant = TENANT): SealPlace {
  return { tenant, owner: 'shared', server: `key:${row.id}`, version: 1 }
}
