import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import type { JsonObject } from '../../kernel/json.ts'

/** What a ceremony is to look like, where it is to differ from what an honest browser makes. */
export interface Ceremony {
  readonly origin: string
  readonly rpId: string
  /** Flags of authenticator data (WebAuthn Level 3 section 6.1). */
  readonly present: boolean
  readonly verified: boolean
  readonly synced: boolean
  readonly counter: number
  readonly client: JsonObject
  /** The user handle of a login; null: none. */
  readonly userHandle: string | null
  readonly attestation: { readonly fmt: string; readonly attStmt: Cbor }
}

export type Cbor =
  | number
  | string
  | Uint8Array
  | readonly Cbor[]
  | ReadonlyMap<number | string, Cbor>

/** A browser and an authenticator with one passkey (ES256), in software. */
export function softwareAuthenticator(usual: { readonly origin: string; readonly rpId: string }) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let handle: string | null = null

  const filled = (more: Partial<Ceremony>): Ceremony => ({
    ...usual,
    present: true,
    verified: true,
    synced: false,
    counter: 0,
    client: {},
    userHandle: handle,
    attestation: { fmt: 'none', attStmt: new Map() },
    ...more,
  })
  return {
    id: id.toString('base64url'),
    privateKey,
    /** Answers `passkeyRegistration`. */
    register(options: JsonObject, more: Partial<Ceremony> = {}): JsonObject {
      const ceremony = filled(more)
      handle = String((options['user'] as JsonObject)['id'])
      const data = Buffer.concat([
        authenticatorData(ceremony, 0x40),
        Buffer.alloc(16),
        Buffer.from([0, id.length]),
        id,
        cbor(coseKey(privateKey)),
      ])
      const { fmt, attStmt } = ceremony.attestation
      const attestation = cbor(
        new Map<string, Cbor>([
          ['fmt', fmt],
          ['attStmt', attStmt],
          ['authData', data],
        ]),
      )
      return envelope(id, {
        clientDataJSON: base64(clientData('webauthn.create', options, ceremony)),
        attestationObject: base64(attestation),
        transports: ['internal'],
      })
    },
    /** Answers `passkeyLogin`. */
    login(options: JsonObject, more: Partial<Ceremony> = {}): JsonObject {
      const ceremony = filled(more)
      const data = authenticatorData(ceremony, 0)
      const client = clientData('webauthn.get', options, ceremony)
      const digest = createHash('sha256').update(client).digest()
      const signature = sign('sha256', Buffer.concat([data, digest]), privateKey)
      return envelope(id, {
        clientDataJSON: base64(client),
        authenticatorData: base64(data),
        signature: base64(signature),
        ...(ceremony.userHandle === null ? {} : { userHandle: ceremony.userHandle }),
      })
    },
  }
}

function envelope(id: Buffer, response: JsonObject): JsonObject {
  const encoded = base64(id)
  return { id: encoded, rawId: encoded, type: 'public-key', clientExtensionResults: {}, response }
}

function clientData(type: string, { challenge }: JsonObject, { origin, client }: Ceremony): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...client }))
}

function authenticatorData(
  { rpId, present, verified, synced, counter }: Ceremony,
  extra: number,
): Buffer {
  const flags = (present ? 0x01 : 0) | (verified ? 0x04 : 0) | (synced ? 0x18 : 0) | extra
  const tail = Buffer.alloc(5)
  tail.writeUInt8(flags)
  tail.writeUInt32BE(counter, 1)
  return Buffer.concat([createHash('sha256').update(rpId).digest(), tail])
}

/** RFC 9053 section 7.1.1: an ES256 key. */
function coseKey(privateKey: KeyObject): Cbor {
  const { x, y } = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })).export({
    format: 'jwk',
  })
  const point = (text: unknown) => Buffer.from(String(text), 'base64url')
  return new Map<number, Cbor>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, point(x)],
    [-3, point(y)],
  ])
}

/** As much of RFC 8949 as attestation objects need. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (value instanceof Map)
    return Buffer.concat([
      head(5, value.size),
      ...[...value].flat().map((part) => cbor(part as Cbor)),
    ])
  const items = value as readonly Cbor[]
  return Buffer.concat([head(4, items.length), ...items.map(cbor)])
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
