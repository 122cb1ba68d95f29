import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { callJson, type SecretText } from './call-json.ts'
import { bearerOf, shortToken, type TokenSource } from './short-token.ts'

/** How Azure knows us. */
export type AzureLogin =
  | {
      readonly kind: 'client-credentials'
      /** The directory. */
      readonly tenant: string
      readonly client: string
      readonly secret: SecretText
      /** Instead of that of the public cloud. */
      readonly authority?: string
    }
  /** The identity of the machine, from its metadata server. */
  | { readonly kind: 'managed-identity'; readonly address: string; readonly client?: string }

/** Where the metadata server of a machine in Azure is. */
export const AZURE_METADATA = 'http://169.254.169.254'
/** What the tokens are for: keys and secrets alike. */
const RESOURCE = 'https://vault.azure.net'

/** Access tokens for Key Vault. */
export function azureTokens(login: AzureLogin, fetch: SafeFetch, clock: Clock): TokenSource {
  return shortToken(clock, async () => {
    const answer = await (login.kind === 'managed-identity'
      ? fromMachine(login, fetch)
      : fromDirectory(login, fetch))
    return bearerOf('Azure', answer, clock)
  })
}

async function fromDirectory(
  login: Extract<AzureLogin, { kind: 'client-credentials' }>,
  fetch: SafeFetch,
) {
  const authority = (login.authority ?? 'https://login.microsoftonline.com').replace(/\/$/, '')
  const url = `${authority}/${encodeURIComponent(login.tenant)}/oauth2/v2.0/token`
  return callJson(fetch, 'the directory of Azure', url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: login.client },
      ...{ client_secret: await login.secret(), scope: `${RESOURCE}/.default` },
    }).toString(),
  })
}

function fromMachine(
  { address, client }: Extract<AzureLogin, { kind: 'managed-identity' }>,
  fetch: SafeFetch,
) {
  const query = new URLSearchParams({
    ...{ 'api-version': '2018-02-01', resource: RESOURCE },
    ...(client !== undefined && { client_id: client }),
  })
  const url = `${address.replace(/\/$/, '')}/metadata/identity/oauth2/token?${query}`
  const headers = { metadata: 'true' }
  return callJson(fetch, 'the metadata server of Azure', url, { headers })
}
