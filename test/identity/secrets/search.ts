/** Fewer characters than this mean nothing where they are found. */
const SHORTEST = 8

/** Finds secrets in some bytes: as they are, or in another writing. */
export function searchIn(place: Uint8Array): (secret: string) => boolean {
  const all = readings(Buffer.from(place))
  return (secret) => {
    if (secret.length < SHORTEST) throw new Error('too short to be looked for')
    const forms = known.get(secret) ?? formsOf(secret)
    known.set(secret, forms)
    return all.some((reading) => forms.some((form) => reading.includes(form)))
  }
}

/** Forms by secret: there are many places to look at. */
const known = new Map<string, readonly Buffer[]>()

/** The bytes, and what percent signs in them stand for, twice. */
function readings(bytes: Buffer): readonly Buffer[] {
  const once = unescaped(bytes.toString('latin1'))
  const texts = [once, unescaped(once)].map((text) => Buffer.from(text, 'latin1'))
  return [bytes, ...texts.filter((text) => text.length < bytes.length)]
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** The ways to write a secret: itself, in a form, in JSON, in hexadecimal, and in base 64. */
function formsOf(secret: string): readonly Buffer[] {
  const text = Buffer.from(secret)
  // Random values are written in base 64 to begin with: their bytes are the secret.
  const decoded = /^[\w-]{22,}$/.test(secret) ? [Buffer.from(secret, 'base64url')] : []
  const texts = [secret, secret.replaceAll(' ', '+'), JSON.stringify(secret).slice(1, -1)]
  const coded = [text, ...decoded].flatMap((bytes) => [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64Of(bytes),
  ])
  return [...new Set([...texts, ...coded])].map((form) => Buffer.from(form)).concat(decoded)
}

/** What of the bytes is the same in base 64, wherever in a longer text they begin. */
function base64Of(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const first = Math.ceil((before * 4) / 3)
    const plain = all.slice(first, Math.floor(((before + bytes.length) * 4) / 3))
    return [plain, plain.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
