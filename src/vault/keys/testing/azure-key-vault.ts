import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Answer, type Asked, type StandIn, serve, textsOf } from './serve.ts'

export interface AzureKeyVault extends StandIn {
  readonly tenant: string
  readonly client: string
  readonly secret: string
}

interface Version {
  readonly id: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }

/** Azure Key Vault with the RSA key `bailiwick`, its directory, and the metadata server of a machine. */
export async function startAzureKeyVault(): Promise<AzureKeyVault> {
  const [tenant, client, secret] = ['contoso', 'app-1', randomBytes(20).toString('base64url')]
  const versions: Version[] = []
  const add = () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    versions.push({ id: randomBytes(16).toString('hex'), ...pair })
  }
  add()
  const tokens = new Set<string>()
  const issue = (): Answer => {
    const token = `eyJ.${randomBytes(20).toString('base64url')}`
    tokens.add(token)
    // The directory gives a number, the metadata server a text.
    return { status: 200, body: { access_token: token, expires_in: '3599' } }
  }
  const fromDirectory = ({ body }: Asked): Answer => {
    const wanted = {
      ...{ grant_type: 'client_credentials', client_id: client, client_secret: secret },
      scope: 'https://vault.azure.net/.default',
    }
    const given = Object.fromEntries(new URLSearchParams(body))
    return isDeepStrictEqual(given, wanted) ? issue() : { status: 401 }
  }
  const fromMachine = ({ headers, url: { searchParams } }: Asked): Answer => {
    const wanted = { 'api-version': '2018-02-01', resource: 'https://vault.azure.net' }
    const good = headers['metadata'] === 'true'
    return good && isDeepStrictEqual(Object.fromEntries(searchParams), wanted)
      ? issue()
      : { status: 400 }
  }
  const kid = (url: URL, { id }: Version) => `${url.origin}/keys/bailiwick/${id}`
  const newest = (url: URL): Answer => {
    const [last] = versions.slice(-1)
    return { status: 200, body: { key: { kty: 'RSA', kid: last && kid(url, last) } } }
  }
  const wrapOrUnwrap = ({ url, body }: Asked, version: string, operation?: string): Answer => {
    const key = versions.find(({ id }) => id === version)
    const { alg, value = '' } = textsOf(body)
    if (key === undefined || alg !== 'RSA-OAEP-256') return { status: 404 }
    const bytes = Buffer.from(value, 'base64url')
    const done =
      operation === 'wrapkey'
        ? publicEncrypt({ key: key.publicKey, ...OAEP }, bytes)
        : privateDecrypt({ key: key.privateKey, ...OAEP }, bytes)
    return { status: 200, body: { kid: kid(url, key), value: done.toString('base64url') } }
  }
  const keyed = (asked: Asked): Answer => {
    const { method, url, headers } = asked
    if (!tokens.has(String(headers.authorization).replace(/^Bearer /, ''))) return { status: 401 }
    if (url.searchParams.get('api-version') !== '7.4') return { status: 400 }
    const [, , , version, operation] = url.pathname.split('/')
    if (version === undefined) return newest(url)
    if (version !== 'rotate') return wrapOrUnwrap(asked, version, operation)
    if (method === 'POST') add()
    return newest(url)
  }
  const answer = (asked: Asked): Answer => {
    if (asked.url.pathname === `/${tenant}/oauth2/v2.0/token`) return fromDirectory(asked)
    if (asked.url.pathname === '/metadata/identity/oauth2/token') return fromMachine(asked)
    return keyed(asked)
  }
  return { ...(await serve(answer)), tenant, client, secret }
}
