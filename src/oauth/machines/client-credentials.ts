import type { Principals } from '../../kernel/accounts.ts'
import type { MachineGrant, MachineRequest } from '../engine/ports.ts'
import type { Issuer, Resources } from '../parts.ts'
import { askedResource, askedScopes } from './asked.ts'
import { authenticatedAgent } from './authenticated-agent.ts'
import { CLIENT_CREDENTIALS } from './grant-types.ts'
import { sharedGrants } from './shared-grants.ts'

interface ClientCredentialsOptions {
  readonly principals: Principals
  readonly resources: Resources
  readonly now: () => number
}

/** Tokens that agents ask for themselves (RFC 6749 section 4.4). There are no refresh tokens. */
export function clientCredentials(options: ClientCredentialsOptions): MachineGrant {
  const { principals, resources, now } = options
  const issue = sharedGrants()
  return {
    grantType: CLIENT_CREDENTIALS,
    parameters: ['scope'],
    duplicates: ['resource'],
    async handle(request: MachineRequest, issuer: Issuer) {
      const agent = await authenticatedAgent(request, principals, now())
      const { resource, url } = askedResource(request, resources)
      const scopes = askedScopes(request, resource, agent.scopes)
      const issued = await issue(issuer, {
        kind: 'agent',
        subject: agent.id,
        client: agent.id,
        resource: url,
        scopes,
        actors: [],
        via: 'client-credentials',
        methods: [],
        thumbprint: request.thumbprint,
      })
      return { issued, scopes }
    },
  }
}
