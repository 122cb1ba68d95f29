import { z } from 'zod'
import type { CredentialOwner } from '../../kernel/credential.ts'
import { SECRET_STATES } from '../../kernel/vault.ts'
import { pageOfList } from '../definitions/page-of-list.ts'
import { given, operation, pageOf, paging } from '../operation.ts'
import { ownerName } from './connections.ts'
import {
  changeSecret,
  destroySecret,
  keepSecret,
  ROTATE,
  reportSecret,
  SET,
  secretAnswer,
  sighting,
} from './keep-secret.ts'
import { knownSecret, requireOver, vaultOf } from './rights.ts'
import { secretView, showSecret } from './views.ts'
import { secretName } from './write-only.ts'

const SHARED: CredentialOwner = 'shared'

/** Secrets of all. Values are put into those that are shared; into one's own, by that person alone. */
export const SECRETS = [
  operation('secrets.list', 'GET /secrets', {
    needs: 'identity.read',
    summary: 'List the secrets for servers, those of all and everybody’s own, without their values',
    input: z.strictObject({
      ...paging,
      owner: ownerName.optional(),
      state: z.enum(SECRET_STATES).optional(),
    }),
    output: pageOf(secretView),
    run: async (site, { owner, state, ...page }) => {
      const all = (await vaultOf(site).secrets.list(owner)).filter(
        (one) =>
          (owner === undefined || one.owner === owner) &&
          (state === undefined || one.state === state),
      )
      const keyOf = (one: (typeof all)[number]) => `${one.name} ${one.owner}`
      const sorted = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      const { items, next } = pageOfList(sorted, given(page), keyOf)
      return { items: items.map(showSecret), ...given({ next }) }
    },
  }),
  operation('secrets.set', 'POST /secrets', {
    ...SET,
    needs: 'servers.write',
    summary: 'Keep a secret that all use; `item_exists` for one that is there',
    run: async (site, asked) => ({
      secret: showSecret(await keepSecret(site, { ...asked, owner: SHARED })),
    }),
  }),
  operation('secrets.rotate', 'POST /secrets/{name}/rotate', {
    ...ROTATE,
    needs: 'servers.write',
    summary: 'Put a new value into a secret that all use',
    run: async (site, asked) => ({
      secret: showSecret(await changeSecret(site, { ...asked, owner: SHARED })),
    }),
  }),
  operation('secrets.remove', 'DELETE /secrets/{name}', {
    needs: 'servers.write',
    summary: 'Destroy a secret, all its versions; one of a person takes an owner',
    input: z.strictObject({ name: secretName, owner: ownerName.default(SHARED) }),
    output: z.object({ removed: z.literal(true) }),
    run: async (site, { name, owner }) => {
      requireOver(site, owner)
      return destroySecret(site, { name, owner })
    },
  }),
  operation('secrets.exposed', 'POST /secrets/{name}/exposed', {
    needs: 'servers.write',
    summary: 'Say that a secret was seen where it must not be',
    input: z.strictObject({ name: secretName, owner: ownerName.default(SHARED), ...sighting }),
    output: secretAnswer,
    run: async (site, { name, owner, ...seen }) => ({
      secret: showSecret(await reportSecret(site, { name, owner }, seen)),
    }),
  }),
  operation('secrets.dependants', 'GET /secrets/{name}/dependants', {
    needs: 'identity.read',
    summary: 'What uses a secret, as it is configured',
    input: z.strictObject({ name: secretName, owner: ownerName.default(SHARED) }),
    output: z.object({
      items: z.array(z.object({ server: z.string(), goes: z.string(), reference: z.string() })),
    }),
    run: async (site, of) => {
      await knownSecret(site, of)
      return { items: [...vaultOf(site).dependants(of)] }
    },
  }),
] as const
