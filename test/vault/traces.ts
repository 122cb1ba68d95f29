import { searchIn } from '../identity/secrets/search.ts'

/** Characters of a fragment that says enough to be a find. */
export const FRAGMENT = 12

/** What must be nowhere, by its value. */
export type Credentials = ReadonlyMap<string, string>

/** Finds credentials in some bytes: whole, in another writing, split, or a fragment of it all. */
export type Trace = (place: Uint8Array | string) => readonly string[]

/** Prepares the search for credentials, each of which has a value and a word on what it is. */
export function tracesOf(credentials: Credentials): Trace {
  const grams = new Map<string, string>()
  for (const [value, what] of credentials)
    for (const form of fragmentedForms(value))
      for (let at = 0; at + FRAGMENT <= form.length; at++)
        grams.set(form.slice(at, at + FRAGMENT), what)
  // Most places of a large text are told apart by three characters.
  const heads = new Uint8Array(2 ** 24)
  for (const gram of grams.keys()) heads[headAt(gram, 0)] = 1

  const fragments = (text: string): readonly string[] => {
    const found: string[] = []
    for (let at = 0; at + FRAGMENT <= text.length; at++) {
      if (heads[headAt(text, at)] === 0) continue
      const what = grams.get(text.slice(at, at + FRAGMENT))
      if (what !== undefined) found.push(what)
    }
    return found
  }
  return (place) => {
    const bytes = Buffer.from(place as Uint8Array)
    const whole = searchIn(bytes)
    const text = bytes.toString('latin1')
    const readings = [text, unescaped(text), squeezed(text)]
    const found = [...credentials].filter(([value]) => whole(value)).map(([, what]) => what)
    return [...new Set([...found, ...readings.flatMap(fragments)])].sort()
  }
}

function headAt(text: string, at: number): number {
  const byte = (more: number): number => text.charCodeAt(at + more) & 255
  return (byte(0) << 16) | (byte(1) << 8) | byte(2)
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** Without what may stand between the parts of something that was split. */
function squeezed(text: string): string {
  return text.replace(/(?:\\[nrt]|[\s"'`,;:\\])/g, '')
}

/** Of a signed token only what is no claim: those are no secret. */
function fragmentedForms(value: string): readonly string[] {
  const secret = /^eyJ[\w-]+\.[\w-]+\.([\w-]+)$/.exec(value)?.[1] ?? value
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const plain = all.slice(
      Math.ceil((before * 4) / 3),
      Math.floor(((before + bytes.length) * 4) / 3),
    )
    return [plain, plain.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const hex = bytes.toString('hex')
  return [secret, squeezed(secret), ...base64, hex, hex.toUpperCase()]
}
