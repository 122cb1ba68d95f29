/** Shorter texts stand in too many places by chance. */
export const SHORTEST_WATCHED = 8

/** UTF-16 code units of one part. What lies between the first and the last half of a longer one is not watched. */
const LONGEST_PART = 32_768

/** A part of a structured value that is long and looks like nothing but a secret. */
const SECRET_PIECE = /^[\w+/=.~-]{24,}$/
const BETWEEN_PIECES = /\\[nrt]|[\s"',:;{}[\]()]/

/** A part of a value that only who knows the value can know. */
export interface SecretPart {
  readonly text: string
  /** What stands before it and belongs to the value. */
  readonly lead: string
}

/**
 * What is secret of a value. Of a signed token (RFC 7515) the signature: others have the same header, and
 * much of the same claims. Of keys and files of several lines what no other such file holds.
 */
export function secretParts(value: string): readonly SecretPart[] {
  return partsOf(value).flatMap((part) => {
    const { length } = part.text
    if (length < SHORTEST_WATCHED) return []
    if (length <= LONGEST_PART) return [part]
    const half = LONGEST_PART / 2
    return [
      { text: part.text.slice(0, half), lead: part.lead },
      { text: part.text.slice(length - half), lead: '' },
    ]
  })
}

function partsOf(value: string): readonly SecretPart[] {
  const end = value.lastIndexOf('.') + 1
  const isSigned =
    value.startsWith('eyJ') && value.length - end >= 24 && /^[\w-]+\.[\w-]*\.[\w-]+$/.test(value)
  if (isSigned) return [{ text: value.slice(end), lead: value.slice(0, end) }]
  if (!/\s/.test(value)) return [{ text: value, lead: '' }]
  const pieces = value.split(BETWEEN_PIECES).filter((piece) => SECRET_PIECE.test(piece))
  // The first line of a key says of what kind it is.
  const own = value.startsWith('-----BEGIN ') && pieces.length > 1 ? pieces.slice(1) : pieces
  if (own.length === 0) return [{ text: value, lead: '' }]
  return own.map((text) => ({ text, lead: '' }))
}

/** The forms in which a text may stand in another, each once: itself first. None is shorter than 8. */
export function formsOf(text: string): readonly string[] {
  const clean = text.toWellFormed()
  const bytes = Buffer.from(clean)
  const hex = bytes.toString('hex')
  const json = JSON.stringify(clean).slice(1, -1)
  const forms = [
    ...[text, hex, hex.toUpperCase(), json, json.replaceAll('/', '\\/'), asciiOnly(json)],
    ...[JSON.stringify(json).slice(1, -1)],
    ...percentForms(clean),
    ...htmlForms(clean),
    ...[0, 1, 2].flatMap((before) => base64Forms(bytes, before)),
  ]
  return [...new Set(forms)].filter(({ length }) => length >= SHORTEST_WATCHED)
}

function asciiOnly(json: string): string {
  return json.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** RFC 3986 with few and with many characters escaped, and as forms are. */
function percentForms(text: string): readonly string[] {
  const few = encodeURIComponent(text)
  const many = few.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const form = new URLSearchParams([['', text]]).toString().slice(1)
  return [few, many, form].flatMap((upper) => [
    upper,
    upper.replaceAll(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
  ])
}

function htmlForms(text: string): readonly string[] {
  const most = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = most.replaceAll('"', '&quot;')
  return [most, quoted.replaceAll("'", '&#39;'), quoted.replaceAll("'", '&#x27;')]
}

/** Base64 and Base64url where so many bytes stand before: without what depends on the neighbours. */
function base64Forms(bytes: Buffer, before: number): readonly string[] {
  const standard = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  return [standard, standard.replaceAll('+', '-').replaceAll('/', '_')]
}
