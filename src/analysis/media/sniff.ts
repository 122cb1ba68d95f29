import { familyOf, type MediaFamily } from './media-type.ts'

/** What content is, by its first bytes. */
export interface Sniffed {
  readonly type: string
  readonly family: MediaFamily
}

interface Signature {
  readonly type: string
  /** Bytes at its start, in hexadecimal. */
  readonly starts: readonly string[]
}

const SIGNATURES: readonly Signature[] = [
  { type: 'application/x-elf', starts: ['7f454c46'] },
  { type: 'application/x-mach-binary', starts: ['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe'] },
  { type: 'application/java-vm', starts: ['cafebabe'] },
  { type: 'application/wasm', starts: ['0061736d'] },
  { type: 'application/vnd.android.dex', starts: ['6465780a'] },
  { type: 'application/x-ms-shortcut', starts: ['4c0000000114020000000000c000000000000046'] },
  { type: 'text/x-shellscript', starts: ['23212f', '2321202f'] },
  { type: 'image/png', starts: ['89504e470d0a1a0a'] },
  { type: 'image/jpeg', starts: ['ffd8ff'] },
  { type: 'image/gif', starts: ['474946383761', '474946383961'] },
  { type: 'application/pdf', starts: ['255044462d'] },
  { type: 'application/zip', starts: ['504b0304'] },
  { type: 'application/gzip', starts: ['1f8b08'] },
]

/** Bytes that signatures and tags lie in (WHATWG MIME Sniffing §7, resource header). */
const HEADER = 1_445

/** WHATWG MIME Sniffing §7.1. */
const HTML_START =
  /^\s*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|img|meta|form|object|embed|base|link)(?:[\s/>]|$)/i
const SVG = /<svg[\s/>]/i
const XML_START = /^\s*<(?:\?xml\s|!--|!doctype\s)/i
/** What makes XML run something, or load what does. */
const XML_SCRIPT =
  /<(?:[a-z]+:)?script[\s/>]|<\?xml-stylesheet|\son[a-z]+\s{0,8}=|javascript:|http:\/\/www\.w3\.org\/1999\/xhtml/i

/** What the first bytes say. Undefined for what they do not. */
export function sniff(content: Buffer): Sniffed | undefined {
  const type = typeOf(content)
  return type === undefined ? undefined : { type, family: familyOf(type) }
}

function typeOf(content: Buffer): string | undefined {
  const start = content.subarray(0, HEADER)
  const hex = start.subarray(0, 32).toString('hex')
  const known = SIGNATURES.find(({ starts }) => starts.some((bytes) => hex.startsWith(bytes)))
  if (known) return known.type
  if (isPortableExecutable(start)) return 'application/vnd.microsoft.portable-executable'
  const text = textOf(start)
  if (HTML_START.test(text)) return 'text/html'
  if (/^\s*</.test(text) && SVG.test(text)) return 'image/svg+xml'
  return XML_START.test(text) ? 'text/xml' : undefined
}

/** `MZ` may start a text; the header behind it holds NUL bytes, and is 64 bytes long. */
function isPortableExecutable(start: Buffer): boolean {
  const zero = start.indexOf(0)
  return start.length >= 64 && start.toString('latin1', 0, 2) === 'MZ' && zero > 0 && zero < 64
}

/** Types whose content starts with one of known signatures, or is something else. */
export function hasSignature(type: string): boolean {
  return SIGNATURES.some((known) => known.type === type)
}

export function holdsScript(content: Buffer): boolean {
  return XML_SCRIPT.test(textOf(content))
}

/** Whether people could read it: UTF-8 or UTF-16 without control characters. */
export function isText(content: Buffer): boolean {
  return !/[^\P{Cc}\s]|\ufffd/u.test(textOf(content))
}

/** The text, by its byte order mark or as UTF-8; what cannot be read becomes U+FFFD. */
function textOf(content: Buffer): string {
  const mark = content.subarray(0, 2).toString('hex')
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(content)
}
