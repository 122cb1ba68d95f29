// Numbers of RFC 3492, section 5.
const BASE = 36
const LEAST = 1
const MOST = 26
const SKEW = 38
const DAMP = 700
const FIRST_BIAS = 72
const FIRST_CODE = 128
const MAX_LABEL = 63

/** A host name as people would read it: labels that begin with `xn--` in their letters (RFC 3492). */
export function unicodeHost(host: string): string {
  return host
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (decode(label.slice(4)) ?? label) : label))
    .join('.')
}

function decode(text: string): string | undefined {
  if (text === '' || text.length > MAX_LABEL) return undefined
  const end = text.lastIndexOf('-')
  const codes = Array.from(text.slice(0, Math.max(0, end)), (letter) => letter.charCodeAt(0))
  const digits = Array.from(text.slice(end + 1), digitOf)
  let [code, bias, place] = [FIRST_CODE, FIRST_BIAS, 0]
  for (let next = 0; next < digits.length; ) {
    const read = stepOf(digits, next, bias)
    if (read === undefined) return undefined
    const count = codes.length + 1
    const before = place
    place += read.step
    bias = adapt(read.step, count, before === 0)
    code += Math.floor(place / count)
    place %= count
    if (code > 0x10ffff) return undefined
    codes.splice(place++, 0, code)
    next = read.next
  }
  return String.fromCodePoint(...codes)
}

/** One number of variable length, and where the next begins. */
function stepOf(
  digits: readonly number[],
  from: number,
  bias: number,
): { readonly step: number; readonly next: number } | undefined {
  let [step, weight] = [0, 1]
  for (let next = from, base = BASE; ; base += BASE) {
    const digit = digits[next++]
    if (digit === undefined || digit < 0) return undefined
    step += digit * weight
    const threshold = Math.min(MOST, Math.max(LEAST, base - bias))
    if (digit < threshold) return { step, next }
    weight *= BASE - threshold
  }
}

function digitOf(letter: string): number {
  const code = letter.toLowerCase().charCodeAt(0)
  if (code >= 97 && code <= 122) return code - 97
  return code >= 48 && code <= 57 ? code - 22 : -1
}

function adapt(change: number, count: number, first: boolean): number {
  let delta = Math.floor(first ? change / DAMP : change / 2)
  delta += Math.floor(delta / count)
  let step = 0
  for (; delta > ((BASE - LEAST) * MOST) / 2; step += BASE)
    delta = Math.floor(delta / (BASE - LEAST))
  return step + Math.floor(((BASE - LEAST + 1) * delta) / (delta + SKEW))
}
