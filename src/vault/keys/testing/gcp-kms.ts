import { createCipheriv, createDecipheriv, generateKeyPairSync, randomBytes } from 'node:crypto'
import { jwtVerify } from 'jose'
import { type Answer, type Asked, type StandIn, serve, textsOf } from './serve.ts'

export interface GcpKms extends StandIn {
  /** The JSON file of a service account that may. */
  readonly account: string
  /** The key's name. */
  readonly key: string
  /** Makes another version the primary one. */
  rotate(): void
}

const KEY = 'projects/p/locations/eu/keyRings/r/cryptoKeys/k'

/** Google Cloud KMS, its token endpoint, and the metadata server of a machine. */
export async function startGcpKms(): Promise<GcpKms> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const versions = [randomBytes(32)]
  const tokens = new Set<string>()
  const issue = (): Answer => {
    const token = `ya29.${randomBytes(20).toString('base64url')}`
    tokens.add(token)
    return { status: 200, body: { access_token: token, expires_in: 3_599, token_type: 'Bearer' } }
  }
  const exchange = async (body: string, audience: string): Promise<Answer> => {
    const form = new URLSearchParams(body)
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      throw new Error('unsupported_grant_type')
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', publicKey, {
      ...{ issuer: 'gateway@p.iam.gserviceaccount.com', audience, algorithms: ['RS256'] },
      ...{ requiredClaims: ['iat', 'exp'], maxTokenAge: '1h' },
    })
    if (protectedHeader.kid !== 'key-1') throw new Error('invalid_grant')
    if (payload['scope'] !== 'https://www.googleapis.com/auth/cloud-platform')
      throw new Error('invalid_scope')
    return issue()
  }
  const fromMachine = ({ headers }: Asked): Answer =>
    headers['metadata-flavor'] === 'Google' ? issue() : { status: 403 }
  const keyed =
    (use: typeof encrypt) =>
    ({ headers, body }: Asked): Answer => {
      const known = tokens.has(String(headers.authorization).replace(/^Bearer /, ''))
      return known ? use(versions, textsOf(body)) : { status: 401 }
    }
  const routes: Readonly<Record<string, (asked: Asked) => Answer | Promise<Answer>>> = {
    '/token': ({ body, url }) => exchange(body, `${url.origin}/token`),
    '/computeMetadata/v1/instance/service-accounts/default/token': fromMachine,
    [`/v1/${KEY}:encrypt`]: keyed(encrypt),
    [`/v1/${KEY}:decrypt`]: keyed(decrypt),
  }
  const answer = (asked: Asked) => routes[asked.url.pathname]?.(asked) ?? { status: 404 }
  const server = await serve(answer)
  const account = JSON.stringify({
    ...{ type: 'service_account', client_email: 'gateway@p.iam.gserviceaccount.com' },
    ...{ private_key_id: 'key-1', token_uri: `${server.address}/token` },
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  })
  return { ...server, account, key: KEY, rotate: () => void versions.push(randomBytes(32)) }
}

type Given = Readonly<Record<string, string>>

function encrypt(versions: readonly Buffer[], given: Given): Answer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', versions.at(-1) ?? Buffer.alloc(0), nonce)
  cipher.setAAD(Buffer.from(given['additionalAuthenticatedData'] ?? '', 'base64'))
  const plain = Buffer.from(given['plaintext'] ?? '', 'base64')
  const sealed = [cipher.update(plain), cipher.final(), cipher.getAuthTag()]
  const blob = Buffer.concat([Buffer.of(versions.length), nonce, ...sealed])
  const name = `${KEY}/cryptoKeyVersions/${versions.length}`
  return { status: 200, body: { name, ciphertext: blob.toString('base64') } }
}

function decrypt(versions: readonly Buffer[], given: Given): Answer {
  const blob = Buffer.from(given['ciphertext'] ?? '', 'base64')
  const key = versions[(blob[0] ?? 0) - 1]
  if (key === undefined) return { status: 400 }
  const cipher = createDecipheriv('aes-256-gcm', key, blob.subarray(1, 13))
  cipher.setAAD(Buffer.from(given['additionalAuthenticatedData'] ?? '', 'base64'))
  cipher.setAuthTag(blob.subarray(-16))
  const plain = Buffer.concat([cipher.update(blob.subarray(13, -16)), cipher.final()])
  return { status: 200, body: { plaintext: plain.toString('base64') } }
}
