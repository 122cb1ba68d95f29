import { z } from 'zod'
import { CREDENTIAL_KINDS } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { requirePermission } from '../caller.ts'
import { found, operation, type Site, text } from '../operation.ts'
import { ownOf, requirePersonHere, vaultOf } from './rights.ts'
import { connectionView, offerView, showConnection, showOffer } from './views.ts'

const one = z.strictObject({ server: text(64) })

/** The caller's connections to servers. */
export const OWN_CONNECTIONS = [
  operation('me.connections', 'GET /me/connections', {
    needs: 'self',
    summary: 'The caller’s connections, and how each server is shown who a request is for',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(connectionView),
      servers: z.array(
        z.object({
          server: z.string(),
          kind: z.enum(CREDENTIAL_KINDS),
          shared: z.boolean(),
          /** Whether a person connects, or may have to once the server asks. */
          connects: z.boolean(),
        }),
      ),
    }),
    run: async (site) => {
      const owner = ownOf(site)
      const { connections, servers } = vaultOf(site)
      const items = (await connections.list(owner)).filter((each) => each.owner === owner)
      return { items: items.map(showConnection), servers: [...servers()] }
    },
  }),
  operation('me.connectOffer', 'GET /me/connections/{server}/offer', {
    needs: 'self',
    summary:
      'What would happen if the caller connected to a server: where the browser goes, what is asked',
    input: one,
    output: z.object({ offer: offerView }),
    run: async (site, { server }) => ({
      offer: showOffer(await vaultOf(site).connections.offer({ server, user: ownOf(site) })),
    }),
  }),
  operation('me.connect', 'POST /me/connections/{server}/begin', {
    needs: 'self',
    summary: 'Begin to connect: gives where the browser goes. Takes a person in the console',
    input: z.strictObject({
      server: text(64),
      /** The host of the offer, as the person was shown it: they are sent to no other. */
      host: text(255),
    }),
    output: z.object({ location: z.url({ protocol: /^https?$/ }) }),
    run: begin,
  }),
  operation('me.disconnect', 'POST /me/connections/{server}/disconnect', {
    needs: 'self',
    summary: 'End a connection of the caller: what was granted is taken back, and destroyed here',
    input: one,
    output: z.object({ disconnected: z.literal(true) }),
    run: async (site, { server }) => {
      const owner = ownOf(site)
      const { connections } = vaultOf(site)
      const mine = (await connections.list(owner)).find(
        (each) => each.server === server && each.owner === owner,
      )
      found('connection', mine)
      await connections.disconnect({ server, owner }, site.caller.actor)
      return { disconnected: true as const }
    },
  }),
] as const

/** Sends the person in front of the browser away, to where they agreed to go. */
async function begin(
  site: Site,
  { server, host }: { readonly server: string; readonly host: string },
): Promise<{ location: string }> {
  await requirePersonHere(site, server)
  const { connections } = vaultOf(site)
  const user = ownOf(site)
  const offer = await connections.offer({ server, user })
  // Everybody's calls would be made with it.
  if (offer.shared) requirePermission(site.caller, 'identity.write')
  if (offer.host !== host)
    throw new GatewayError(
      'version_conflict',
      'the authorization server has changed since it was shown: look again',
    )
  const { actor, permissions } = site.caller
  const mayShare = permissions.has('identity.write')
  const asked = { server, user, session: actor.grant, by: actor, mayShare }
  const { location } = await connections.begin(asked)
  return { location: leading(location, host) }
}

/** @throws GatewayError `authorization_server_refused` for an address that a browser must not be sent to. */
function leading(location: string, host: string): string {
  const url = URL.canParse(location) ? new URL(location) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === undefined || !isWeb || ![url.host, url.hostname].includes(host))
    throw new GatewayError(
      'authorization_server_refused',
      'the authorization server names another address than it was shown with',
    )
  return url.href
}
