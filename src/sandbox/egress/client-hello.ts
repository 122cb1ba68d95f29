/** What the start of a connection says, as far as it has come. */
export type HelloVerdict =
  | { readonly kind: 'more' }
  | {
      readonly kind: 'hello'
      /** The name in `server_name` as it stands there; undefined when there is none. */
      readonly serverName: string | undefined
      /** Whether part of the hello is encrypted, so that `serverName` may not be who it is for. */
      readonly encrypted: boolean
      /** Bytes of the records that it came in. */
      readonly size: number
    }
  | { readonly kind: 'refused'; readonly reason: 'not-tls' | 'hello-malformed' }

/** Reads a ClientHello that arrives in pieces. */
export interface HelloReader {
  /** Takes more bytes. Not to be called after another verdict than `more`. */
  push(bytes: Buffer): HelloVerdict
}

const HANDSHAKE = 22
const CLIENT_HELLO = 1
const MAX_FRAGMENT = 16_384
/** Bytes of a hello. With keys that withstand quantum computers and a ticket it has about 4,000. */
export const MAX_HELLO = 16_384
/** Bytes of all its records, of which most are headers when fragments are small. */
const MAX_RECORDS = 2 * MAX_HELLO
const MORE: HelloVerdict = { kind: 'more' }
const MALFORMED: HelloVerdict = { kind: 'refused', reason: 'hello-malformed' }
const NOT_TLS: HelloVerdict = { kind: 'refused', reason: 'not-tls' }

/**
 * A reader for one ClientHello in TLS records (RFC 8446 sections 4.1.2 and 5.1): over as many records and
 * pieces as it takes, and nothing after it in its last record. Takes time in proportion to the bytes, and
 * holds a bounded number of them.
 */
export function helloReader(): HelloReader {
  const records = Buffer.allocUnsafe(MAX_RECORDS)
  const message = Buffer.allocUnsafe(4 + MAX_HELLO)
  let end = 0
  let at = 0
  let size = 0
  const takeFragment = (fragment: Buffer): HelloVerdict => {
    if (size + fragment.length > message.length) return MALFORMED
    size += fragment.copy(message, size)
    if (message[0] !== CLIENT_HELLO) return MALFORMED
    if (size < 4) return MORE
    const whole = 4 + message.readUIntBE(1, 3)
    if (whole > message.length || size > whole) return MALFORMED
    return size < whole ? MORE : wholeHello(message.subarray(4, whole), at)
  }
  const takeRecords = (): HelloVerdict => {
    for (;;) {
      const fragment = nextFragment(records.subarray(at, end))
      if (!Buffer.isBuffer(fragment)) return fragment
      at += 5 + fragment.length
      const verdict = takeFragment(fragment)
      if (verdict !== MORE) return verdict
    }
  }
  return {
    push(bytes) {
      // what comes behind the hello may be longer than there is room
      end += bytes.copy(records, end)
      const verdict = takeRecords()
      return verdict === MORE && end === records.length ? MALFORMED : verdict
    },
  }
}

/** The contents of the record at the start, or why there is none. */
function nextFragment(bytes: Buffer): Buffer | HelloVerdict {
  const [type, major] = bytes
  if (type !== undefined && type !== HANDSHAKE) return NOT_TLS
  if (major !== undefined && major !== 3) return NOT_TLS
  if (bytes.length < 5) return MORE
  const length = bytes.readUInt16BE(3)
  // handshake records are never empty (RFC 8446 section 5.1)
  if (length === 0 || length > MAX_FRAGMENT) return MALFORMED
  return bytes.length < 5 + length ? MORE : bytes.subarray(5, 5 + length)
}

const SERVER_NAME = 0
const HOST_NAME = 0
/** `encrypted_client_hello` (RFC 9849), its drafts, and `encrypted_server_name` before them. */
const ENCRYPTED: ReadonlySet<number> = new Set([
  0xfe0d, 0xfe0c, 0xfe0b, 0xfe0a, 0xfe09, 0xfe08, 0xffce,
])

function wholeHello(hello: Buffer, size: number): HelloVerdict {
  const read = readHello(hello)
  return read === undefined ? MALFORMED : { kind: 'hello', ...read, size }
}

interface Named {
  readonly serverName: string | undefined
  readonly encrypted: boolean
}

function readHello(hello: Buffer): Named | undefined {
  const at = cursor(hello)
  at.skip(2 + 32)
  at.vector(1)
  at.vector(2)
  at.vector(1)
  if (at.done()) return { serverName: undefined, encrypted: false }
  const extensions = readExtensions(at.vector(2))
  if (extensions === undefined || !at.done()) return undefined
  const encrypted = [...extensions.keys()].some((type) => ENCRYPTED.has(type))
  const named = extensions.get(SERVER_NAME)
  if (named === undefined) return { serverName: undefined, encrypted }
  const serverName = readServerName(named)
  return serverName === undefined ? undefined : { serverName, encrypted }
}

/** Each extension once: of two with one type, readers could take either (RFC 8446 section 4.2). */
function readExtensions(bytes: Buffer | undefined): ReadonlyMap<number, Buffer> | undefined {
  if (bytes === undefined) return undefined
  const extensions = new Map<number, Buffer>()
  const at = cursor(bytes)
  while (!at.done()) {
    const type = at.number(2)
    const value = at.vector(2)
    if (type === undefined || value === undefined || extensions.has(type)) return undefined
    extensions.set(type, value)
  }
  return extensions
}

/** Exactly one host name (RFC 6066 section 3). */
function readServerName(bytes: Buffer): string | undefined {
  const outer = cursor(bytes)
  const list = outer.vector(2)
  if (list === undefined || !outer.done()) return undefined
  const at = cursor(list)
  const type = at.number(1)
  const name = at.vector(2)
  if (type !== HOST_NAME || name === undefined || name.length === 0 || !at.done()) return undefined
  return name.toString('latin1')
}

/** Reads along bytes; past their end everything is undefined, and `done` never comes true. */
function cursor(bytes: Buffer) {
  let at = 0
  const number = (width: number): number | undefined => {
    const from = at
    at += width
    return at <= bytes.length ? bytes.readUIntBE(from, width) : undefined
  }
  return {
    number,
    skip(count: number): void {
      at += count
    },
    /** Bytes with their length before them. */
    vector(width: number): Buffer | undefined {
      const length = number(width)
      if (length === undefined) return undefined
      const from = at
      at += length
      return at <= bytes.length ? bytes.subarray(from, at) : undefined
    },
    done: (): boolean => at === bytes.length,
  }
}
