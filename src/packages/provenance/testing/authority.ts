import { hash, sign } from 'node:crypto'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import type { Json, JsonObject } from '../../../kernel/json.ts'
import {
  authorityCertificate,
  type KeyPair,
  keyPair,
  leafCertificate,
  spki,
} from './certificate.ts'

/** A Sigstore instance of the test's own, with its registry: keys, certificates, logs, all real. */
export interface Authority {
  /** Texts of what an operator would give. */
  readonly root: string
  readonly keys: string
  /** A bundle signed with a certificate of one build. */
  attest(statement: Json, options?: BuildOptions): JsonObject
  /** A bundle signed with the key of the registry. */
  publish(statement: Json, hint?: string): JsonObject
}

export interface BuildOptions {
  readonly uri?: string
  readonly fulcio?: ReadonlyMap<number, string>
  /** Seconds after the certificate began that the log says it was used. */
  readonly usedAfter?: number
}

export const COMMIT = '0123456789abcdef0123456789abcdef01234567'
export const REPOSITORY = 'https://github.com/acme/tools'

/** What Fulcio writes of a build on GitHub's own machines. */
export const GITHUB: ReadonlyMap<number, string> = new Map([
  [8, 'https://token.actions.githubusercontent.com'],
  [11, 'github-hosted'],
  [12, REPOSITORY],
  [13, COMMIT],
])

const BEGAN = new Date('2026-03-01T12:00:00Z')
const LIFE = 600_000
const REKOR = 'https://log.example.test'
const KEY_DETAILS = 'PKIX_ECDSA_P256_SHA_256'

export function createAuthority(): Authority {
  const [root, intermediate, certificateLog, rekor, registry] = Array.from({ length: 5 }, keyPair)
  if (!root || !intermediate || !certificateLog || !rekor || !registry) throw new Error('no keys')
  const chain = [
    authorityCertificate('middle', intermediate, 'root', root),
    authorityCertificate('root', root, 'root', root),
  ]
  const log = (baseUrl: string, of: KeyPair): JsonObject => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(spki(of)), keyDetails: KEY_DETAILS, validFor: { start: START } },
    logId: { keyId: base64(idOf(of)) },
  })
  return {
    root: JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [log(REKOR, rekor)],
      ctlogs: [log('https://ct.example.test', certificateLog)],
      timestampAuthorities: [],
      certificateAuthorities: [
        {
          subject: { organization: 'test', commonName: 'root' },
          uri: 'https://ca.example.test',
          certChain: { certificates: chain.map((der) => ({ rawBytes: base64(der) })) },
          validFor: { start: START },
        },
      ],
    }),
    keys: JSON.stringify({ keys: [registryKey(registry)] }),
    attest: (statement, { uri, fulcio, usedAfter = 5 } = {}) => {
      const own = keyPair()
      const certificate = leafCertificate({
        ...{ own, issuer: 'middle', by: intermediate, log: certificateLog },
        ...{ from: BEGAN, to: new Date(BEGAN.getTime() + LIFE), fulcio: fulcio ?? GITHUB },
        uri: uri ?? `${REPOSITORY}/.github/workflows/release.yml@refs/heads/main`,
      })
      const key = { certificate: { rawBytes: base64(certificate) } }
      return bundle(statement, own, key, rekor, new Date(BEGAN.getTime() + usedAfter * 1000))
    },
    publish: (statement, hint = REGISTRY_KEY) =>
      bundle(statement, registry, { publicKey: { hint } }, rekor, BEGAN),
  }
}

const START = '2025-01-01T00:00:00Z'
const REGISTRY_KEY = 'SHA256:registry'

function registryKey(registry: KeyPair): JsonObject {
  const validFor = { start: START }
  return {
    keyId: REGISTRY_KEY,
    keyUsage: 'npm:attestations',
    publicKey: { rawBytes: base64(spki(registry)), keyDetails: KEY_DETAILS, validFor },
  }
}

/** A Sigstore bundle (version 0.3) around a signed statement, as the log would have it (Rekor, `dsse` 0.0.1). */
function bundle(
  statement: Json,
  own: KeyPair,
  key: JsonObject,
  rekor: KeyPair,
  at: Date,
): JsonObject {
  const payloadType = 'application/vnd.in-toto+json'
  const payload = Buffer.from(JSON.stringify(statement))
  const framed = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `
  const signature = sign('sha256', Buffer.concat([Buffer.from(framed), payload]), own.privateKey)
  const verifier = base64(
    Buffer.from(own.publicKey.export({ format: 'pem', type: 'spki' }).toString()),
  )
  const spec = {
    envelopeHash: { algorithm: 'sha256', value: hash('sha256', payload) },
    payloadHash: { algorithm: 'sha256', value: hash('sha256', payload) },
    signatures: [{ signature: base64(signature), verifier }],
  }
  const body = Buffer.from(canonicalJson({ apiVersion: '0.0.1', kind: 'dsse', spec }))
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { ...key, tlogEntries: [entry(body, rekor, at)] },
    dsseEnvelope: {
      payload: base64(payload),
      payloadType,
      signatures: [{ sig: base64(signature), keyid: '' }],
    },
  }
}

/** What a log of this one entry answers: its promise, and the proof that it is in the tree. */
function entry(body: Buffer, rekor: KeyPair, at: Date): JsonObject {
  const integratedTime = at.getTime() / 1000
  const logID = idOf(rekor)
  const promise = canonicalJson({
    ...{ body: base64(body), integratedTime, logIndex: 0, logID: logID.toString('hex') },
  })
  const rootHash = base64(hash('sha256', Buffer.concat([Buffer.from([0]), body]), 'buffer'))
  const note = `log.example.test\n1\n${rootHash}\n`
  const noted = Buffer.concat([
    logID.subarray(0, 4),
    sign('sha256', Buffer.from(note), rekor.privateKey),
  ])
  return {
    logIndex: '0',
    logId: { keyId: base64(logID) },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(integratedTime),
    inclusionPromise: {
      signedEntryTimestamp: base64(sign('sha256', Buffer.from(promise), rekor.privateKey)),
    },
    inclusionProof: {
      ...{ logIndex: '0', rootHash, treeSize: '1', hashes: [] },
      checkpoint: { envelope: `${note}\n\u2014 log.example.test ${base64(noted)}\n` },
    },
    canonicalizedBody: base64(body),
  }
}

function idOf(key: KeyPair): Buffer {
  return hash('sha256', spki(key), 'buffer')
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
