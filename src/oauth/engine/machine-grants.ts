import type Provider from 'oidc-provider'
import type { TokenEndpointGrantContext } from 'oidc-provider'
// @ts-expect-error the library has no types for these, nor another way to reach them
import * as library from 'oidc-provider/lib/helpers/validate_dpop.js'
import type { Engine } from './engine.ts'
import { toLibraryError } from './library-errors.ts'
import { OauthError } from './oauth-error.ts'
import type { MachineGrant } from './ports.ts'

interface Proof {
  readonly thumbprint: string
  readonly jti: string
}
type ValidateProof = (provider: Provider, ctx: unknown) => Promise<Proof | undefined>
type CheckReplay = (
  provider: Provider,
  ctx: unknown,
  proof: Proof | undefined,
  client: string,
) => Promise<void>

const validateProof: ValidateProof = library.default
const checkReplay: CheckReplay = library.checkDpopReplay

/** Adds the grant types that need no browser. Client and proof are verified before a handler runs. */
export function registerMachineGrants(provider: Provider, engine: Engine): void {
  for (const grant of engine.settings.machineGrants ?? [])
    provider.registerGrantType(
      grant.grantType,
      (ctx) => handle(provider, engine, grant, ctx),
      [...grant.parameters, 'resource'],
      [...(grant.duplicates ?? [])],
    )
}

async function handle(
  provider: Provider,
  { settings, issuer }: Engine,
  grant: MachineGrant,
  ctx: TokenEndpointGrantContext,
): Promise<void> {
  const { client, params } = ctx.oidc
  const proof = await validateProof(provider, ctx)
  await checkReplay(provider, ctx, proof, client.clientId)
  const request = {
    client: {
      id: client.clientId,
      metadata: client.metadata() as never,
      method: client.clientAuthMethod ?? 'none',
    },
    parameters: { ...params } as never,
    thumbprint: proof?.thumbprint,
    from: ctx.ip,
  }
  try {
    const { issued, scopes, tokenType } = await grant.handle(request, issuer)
    ctx.body = {
      access_token: issued.token,
      token_type: proof === undefined ? 'Bearer' : 'DPoP',
      expires_in: Math.max(0, Math.floor((issued.expires - settings.clock()) / 1_000)),
      scope: scopes.join(' '),
      ...(tokenType === undefined ? {} : { issued_token_type: tokenType }),
    }
  } catch (error) {
    if (error instanceof OauthError && error.retryAfter !== undefined)
      ctx.set('retry-after', String(error.retryAfter))
    throw toLibraryError(error)
  }
}
