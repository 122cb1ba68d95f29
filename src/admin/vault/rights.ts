import type { CredentialOwner } from '../../kernel/credential.ts'
import { ownerOf } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { SecretName, SecretView } from '../../kernel/vault.ts'
import { requirePermission } from '../caller.ts'
import { found, type Site } from '../operation.ts'
import type { Vault } from './ports.ts'

/** @throws GatewayError `credential_unavailable` where the gateway keeps none. */
export function vaultOf({ administration: { vault } }: Site): Vault {
  if (vault === undefined)
    throw new GatewayError('credential_unavailable', 'this gateway keeps no credentials')
  return vault
}

/** Whose credentials are the caller's own. */
export function ownOf({ caller }: Site): CredentialOwner {
  return ownerOf(caller.subject)
}

/** What is of all is looked after by who looks after servers; what is of one person, by owners. */
export function requireOver(site: Site, owner: CredentialOwner): void {
  requirePermission(site.caller, owner === 'shared' ? 'servers.write' : 'identity.write')
}

/**
 * To connect is a person's, in the browser in which they are logged in: a program with a token would connect
 * them to an account of its own choice.
 *
 * @throws GatewayError `person_required`, which is put on record.
 */
export async function requirePersonHere(site: Site, server: string): Promise<void> {
  const { subject, way, actor } = site.caller
  if (subject.kind === 'user' && subject.actors.length === 0 && way === 'session') return
  const why = 'person_required'
  await site.administration.records.witness({
    ...{ event: 'connection.refused', outcome: 'refused', subject: actor.subject, by: actor },
    ...{ target: server, detail: { why } },
  })
  throw new GatewayError(why, 'connect in the console: a token is no person')
}

/** @throws GatewayError `item_unknown`. */
export async function knownSecret(site: Site, of: SecretName): Promise<SecretView> {
  const all = await vaultOf(site).secrets.list(of.owner)
  return found(
    'secret',
    all.find(({ name, owner }) => name === of.name && owner === of.owner),
  )
}
