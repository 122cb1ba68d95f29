const MOST_SERVER = 63
const MOST_SECRET = 64

/**
 * A name for a server in the gateway, near the one that a host gave it: lower-case letters, digits and
 * `-`, at most 63, and not in `taken`.
 */
export function gatewayName(name: string, taken: (name: string) => boolean): string {
  const plain = slug(name, /[^a-z0-9]+/g, '-', MOST_SERVER)
  return unique(plain === '' ? 'server' : plain, taken, MOST_SERVER)
}

/** A name for a secret of the vault: that of its server and its variable, and not in `taken`. */
export function secretName(server: string, what: string, taken: (name: string) => boolean): string {
  const plain = slug(`${server}-${what}`, /[^a-z0-9._-]+/g, '_', MOST_SECRET)
  return unique(plain === '' ? 'secret' : plain, taken, MOST_SECRET)
}

function slug(text: string, others: RegExp, instead: string, most: number): string {
  const plain = text.normalize('NFKD').toLowerCase().slice(0, 1_024).replaceAll(others, instead)
  return trimmed(trimmed(plain).slice(0, most))
}

/** Without marks at either end. */
function trimmed(text: string): string {
  const isMark = (at: number): boolean => '-_.'.includes(text.charAt(at))
  let [start, end] = [0, text.length]
  while (start < end && isMark(start)) start += 1
  while (end > start && isMark(end - 1)) end -= 1
  return text.slice(start, end)
}

function unique(plain: string, taken: (name: string) => boolean, most: number): string {
  if (!taken(plain)) return plain
  for (let count = 2; ; count += 1) {
    const end = `-${count}`
    const name = `${trimmed(plain.slice(0, most - end.length))}${end}`
    if (!taken(name)) return name
  }
}
