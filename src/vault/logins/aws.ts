import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { callJson, type SecretText } from './call-json.ts'

/** What signs requests to AWS. */
export interface AwsCredentials {
  readonly accessKeyId: SecretText
  readonly secretAccessKey: SecretText
  /** Of temporary credentials. */
  readonly sessionToken?: SecretText
}

export interface AwsPlace {
  /** As in the names of hosts: `kms`, `secretsmanager`. */
  readonly api: string
  readonly region: string
  /** Instead of the region's own address. */
  readonly endpoint?: string
  readonly credentials: AwsCredentials
}

/** Calls an operation, by its full name, such as `TrentService.Encrypt` (AWS JSON 1.1, signed by SigV4). */
export type AskAws = (target: string, body: object) => Promise<Readonly<Record<string, unknown>>>

/** @throws GatewayError `credential_unavailable`, from each call. */
export function askAws(place: AwsPlace, fetch: SafeFetch): AskAws {
  const { api, region, credentials } = place
  const url = place.endpoint ?? `https://${api}.${region}.${domainOf(region)}/`
  return async (target, body) => {
    const { AwsV4Signer } = await import('aws4fetch')
    const signer = new AwsV4Signer({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: JSON.stringify(body),
      accessKeyId: await credentials.accessKeyId(),
      secretAccessKey: await credentials.secretAccessKey(),
      ...(credentials.sessionToken && { sessionToken: await credentials.sessionToken() }),
      ...{ service: api, region, allHeaders: true },
    })
    const signed = await signer.sign()
    return callJson(fetch, `AWS (${api})`, signed.url.href, {
      method: 'POST',
      headers: Object.fromEntries(signed.headers),
      body: JSON.stringify(body),
    })
  }
}

function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}
