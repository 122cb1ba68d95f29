import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { bits, der, integer, octets, oid, sequence, time, utf8, yes } from './der.ts'

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function keyPair(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}

/** SubjectPublicKeyInfo in DER. */
export function spki({ publicKey }: KeyPair): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' })
}

interface Wanted {
  readonly issuer: string
  readonly subject: string
  readonly from: Date
  readonly to: Date
  readonly extensions: readonly Buffer[]
}

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))

/** A certificate authority's certificate (RFC 5280). */
export function authorityCertificate(
  name: string,
  own: KeyPair,
  issuer: string,
  by: KeyPair,
): Buffer {
  const ca = extension('2.5.29.19', sequence(yes()), 'critical')
  const [from, to] = [new Date('2024-01-01T00:00:00Z'), new Date('2044-01-01T00:00:00Z')]
  return signed(body({ issuer, subject: name, from, to, extensions: [ca] }, own), by)
}

interface LeafOptions {
  readonly own: KeyPair
  readonly issuer: string
  readonly by: KeyPair
  readonly from: Date
  readonly to: Date
  /** The subject alternative name, a URI. */
  readonly uri: string
  /** Fulcio's extensions: value by the last number of their identifier. */
  readonly fulcio: ReadonlyMap<number, string>
  /** Signs that the certificate is logged. */
  readonly log: KeyPair
}

/** A certificate as Fulcio gives it to one build, with proof that it was logged (RFC 6962, 3.3). */
export function leafCertificate(options: LeafOptions): Buffer {
  const { own, issuer, by, from, to, uri, fulcio, log } = options
  const extensions = [
    extension('2.5.29.17', sequence(der(0x86, Buffer.from(uri))), 'critical'),
    ...[...fulcio].map(([number, text]) =>
      // Those of before hold bare text.
      extension(`1.3.6.1.4.1.57264.1.${number}`, number < 8 ? Buffer.from(text) : utf8(text)),
    ),
  ]
  const wanted = { issuer, subject: '', from, to, extensions }
  const proof = timestamp(body(wanted, own), spki(by), from, log)
  const logged = [...extensions, extension('1.3.6.1.4.1.11129.2.4.2', octets(proof))]
  return signed(body({ ...wanted, extensions: logged }, own), by)
}

function extension(id: string, value: Buffer, critical?: 'critical'): Buffer {
  return sequence(oid(id), ...(critical === undefined ? [] : [yes()]), octets(value))
}

function body({ issuer, subject, from, to, extensions }: Wanted, own: KeyPair): Buffer {
  return sequence(
    der(0xa0, integer(2)),
    integer(7),
    ECDSA_SHA256,
    named(issuer),
    sequence(time(from), time(to)),
    named(subject),
    spki(own),
    der(0xa3, sequence(...extensions)),
  )
}

function named(name: string): Buffer {
  return name === '' ? sequence() : sequence(der(0x31, sequence(oid('2.5.4.3'), utf8(name))))
}

function signed(content: Buffer, by: KeyPair): Buffer {
  return sequence(content, ECDSA_SHA256, bits(sign('sha256', content, by.privateKey)))
}

/** A list of one signed certificate timestamp (RFC 6962, 3.2 and 3.3). */
function timestamp(precertificate: Buffer, issuer: Buffer, at: Date, log: KeyPair): Buffer {
  const time64 = number(at.getTime(), 8)
  const entry = Buffer.concat([
    ...[number(0, 1), number(0, 1), time64, number(1, 2)],
    ...[hash('sha256', issuer, 'buffer'), number(precertificate.length, 3), precertificate],
    number(0, 2),
  ])
  const signature = sign('sha256', entry, log.privateKey)
  const one = Buffer.concat([
    ...[number(0, 1), hash('sha256', spki(log), 'buffer'), time64, number(0, 2)],
    ...[number(4, 1), number(3, 1), number(signature.length, 2), signature],
  ])
  const framed = Buffer.concat([number(one.length, 2), one])
  return Buffer.concat([number(framed.length, 2), framed])
}

function number(value: number, bytes: number): Buffer {
  const written = Buffer.alloc(8)
  written.writeBigUInt64BE(BigInt(value))
  return written.subarray(8 - bytes)
}
