import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { type Answer, type Asked, type StandIn, serve, textsOf } from './serve.ts'

export interface Transit extends StandIn {
  /** A token that is good. */
  readonly token: string
  /** What the AppRole method knows. */
  readonly roleId: string
  readonly secretId: string
  /** The token of the pod's account, for the role `gateway`. */
  readonly podToken: string
  /** Ends all tokens that logins gave. */
  expire(): void
}

const DENIED: Answer = { status: 403, body: { errors: ['permission denied'] } }

/** HashiCorp Vault with a transit engine that has the key `bailiwick` of type `aes256-gcm96`. */
export async function startTransit(): Promise<Transit> {
  const [token, roleId, secretId, podToken] = [1, 2, 3, 4].map(() => randomUUID()) as [
    string,
    string,
    string,
    string,
  ]
  const logins = new Set<string>()
  const keys = [randomBytes(32)]
  const known = (shown: unknown): boolean => shown === token || logins.has(String(shown))
  const logIn = (good: boolean): Answer => {
    if (!good) return { status: 400, body: { errors: ['invalid role or secret ID'] } }
    const mine = `hvs.${randomUUID()}`
    logins.add(mine)
    return { status: 200, body: { auth: { client_token: mine, lease_duration: 3_600 } } }
  }
  const routes: Readonly<Record<string, (given: Given) => Answer>> = {
    'GET keys/bailiwick': () => data({ latest_version: keys.length }),
    'POST keys/bailiwick/rotate': () => {
      keys.push(randomBytes(32))
      return { status: 204 }
    },
    'POST encrypt/bailiwick': (given) => data({ ciphertext: encrypt(keys, given) }),
    'POST decrypt/bailiwick': (given) => data({ plaintext: decrypt(keys, given) }),
  }
  const methods: Readonly<Record<string, (given: Given) => boolean>> = {
    '/v1/auth/approle/login': (given) =>
      given['role_id'] === roleId && given['secret_id'] === secretId,
    '/v1/auth/kubernetes/login': (given) =>
      given['role'] === 'gateway' && given['jwt'] === podToken,
  }
  const answer = ({ method, url, headers, body }: Asked): Answer => {
    const given = body === '' ? {} : textsOf(body)
    const login = methods[url.pathname]
    if (login !== undefined) return logIn(login(given))
    if (!known(headers['x-vault-token']) || headers['x-vault-namespace'] !== 'team') return DENIED
    const route = routes[`${method} ${url.pathname.replace('/v1/transit/', '')}`]
    return route === undefined ? { status: 404, body: { errors: [] } } : route(given)
  }
  const server = await serve(answer)
  return { ...server, token, roleId, secretId, podToken, expire: () => logins.clear() }
}

type Given = Readonly<Record<string, string>>

function data(body: object): Answer {
  return { status: 200, body: { data: body } }
}

/** `vault:vN:` and base64 of nonce, ciphertext and tag. */
function encrypt(keys: readonly Buffer[], given: Given): string {
  const nonce = randomBytes(12)
  const key = keys.at(-1) ?? Buffer.alloc(0)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bytesOf(given['associated_data']))
  const body = [cipher.update(bytesOf(given['plaintext'])), cipher.final(), cipher.getAuthTag()]
  return `vault:v${keys.length}:${Buffer.concat([nonce, ...body]).toString('base64')}`
}

function decrypt(keys: readonly Buffer[], given: Given): string {
  const [, version, text = ''] = /^vault:v(\d+):(.+)$/.exec(given['ciphertext'] ?? '') ?? []
  const key = keys[Number(version) - 1]
  if (key === undefined) throw new Error('no such version')
  const bytes = Buffer.from(text, 'base64')
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  cipher.setAAD(bytesOf(given['associated_data'])).setAuthTag(bytes.subarray(-16))
  const plain = [cipher.update(bytes.subarray(12, -16)), cipher.final()]
  return Buffer.concat(plain).toString('base64')
}

function bytesOf(text: string | undefined): Buffer {
  if (text === undefined) throw new Error('missing')
  return Buffer.from(text, 'base64')
}
