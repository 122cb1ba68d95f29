import { z } from 'zod'
import { operation } from '../operation.ts'
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
import { ownOf, vaultOf } from './rights.ts'
import { secretView, showSecret } from './views.ts'
import { secretName } from './write-only.ts'

/** The caller's own secrets: values go in, and never out. */
export const OWN_SECRETS = [
  operation('me.secrets', 'GET /me/secrets', {
    needs: 'self',
    summary: 'The caller’s own secrets for servers, without their values',
    input: z.strictObject({}),
    output: z.object({ items: z.array(secretView) }),
    run: async (site) => {
      const owner = ownOf(site)
      const all = await vaultOf(site).secrets.list(owner)
      return { items: all.filter((one) => one.owner === owner).map(showSecret) }
    },
  }),
  operation('me.setSecret', 'POST /me/secrets', {
    ...SET,
    needs: 'self',
    summary: 'Keep a secret of the caller; `item_exists` for one that is there',
    run: async (site, asked) => ({
      secret: showSecret(await keepSecret(site, { ...asked, owner: ownOf(site) })),
    }),
  }),
  operation('me.rotateSecret', 'POST /me/secrets/{name}/rotate', {
    ...ROTATE,
    needs: 'self',
    summary: 'Put a new value into a secret of the caller',
    run: async (site, asked) => ({
      secret: showSecret(await changeSecret(site, { ...asked, owner: ownOf(site) })),
    }),
  }),
  operation('me.removeSecret', 'DELETE /me/secrets/{name}', {
    needs: 'self',
    summary: 'Destroy a secret of the caller, all its versions',
    input: z.strictObject({ name: secretName }),
    output: z.object({ removed: z.literal(true) }),
    run: (site, { name }) => destroySecret(site, { name, owner: ownOf(site) }),
  }),
  operation('me.exposedSecret', 'POST /me/secrets/{name}/exposed', {
    needs: 'self',
    summary: 'Say that a secret of the caller was seen where it must not be',
    input: z.strictObject({ name: secretName, ...sighting }),
    output: secretAnswer,
    run: async (site, { name, ...seen }) => ({
      secret: showSecret(await reportSecret(site, { name, owner: ownOf(site) }, seen)),
    }),
  }),
] as const
