/** Some neighbouring groups of letters and digits: `4111 1111 1111 1111` has four. Offsets in the text. */
export interface Window {
  readonly start: number
  readonly end: number
  /** The lengths of the groups, by `keyOf`. */
  readonly key: number
  /** Whether a group of digits of the same length goes on in front of it or behind it. */
  readonly isPart: boolean
}

/** No number that people write has more groups, or longer ones. */
const MAX_GROUPS = 7
const MAX_LENGTH = 31
const FEWEST = 7
const MAX_CHAIN = 1_024

const DIGIT = 1
const UPPER = 2
const LOWER = 3
const SEPARATOR = 4
const CLASSES = new Uint8Array(256)
for (let code = 48; code <= 57; code += 1) CLASSES[code] = DIGIT
for (let code = 65; code <= 90; code += 1) CLASSES[code] = UPPER
for (let code = 97; code <= 122; code += 1) CLASSES[code] = LOWER
CLASSES[95] = LOWER
for (const separator of ' -./\u00a0') CLASSES[separator.charCodeAt(0)] = SEPARATOR

/** Letters of neighbouring scripts touch a number as Latin ones do; those written without spaces do not. */
const LATIN_LIKE = 0x600

function classAt(text: string, index: number): number {
  if (index < 0 || index >= text.length) return 0
  const code = text.charCodeAt(index)
  if (code < 256) return CLASSES[code] as number
  return code < LATIN_LIKE ? LOWER : 0
}

function isWordAt(text: string, index: number): boolean {
  const kind = classAt(text, index)
  return kind >= DIGIT && kind <= LOWER
}

/** The lengths of groups, `4-4-4-4`, as a number to look up. */
export function keyOf(groups: string): number {
  return groups.split('-').reduce((key, length) => key * 32 + Number(length), 0)
}

interface Chain {
  readonly starts: number[]
  readonly ends: number[]
  /** Whether a group is nothing but digits. */
  readonly digits: boolean[]
}

/** Whether a chain is long enough to hold any number at all. */
function isLong({ starts, ends }: Chain): boolean {
  return (ends.at(-1) ?? 0) - (starts[0] ?? 0) >= FEWEST
}

/**
 * All windows of groups in a text that could be a number of a person, by lengths of groups. One pass.
 */
export function scanWindows(
  text: string,
  isKnown: (key: number) => boolean,
  take: (window: Window) => void,
): void {
  const chain: Chain = { starts: [], ends: [], digits: [] }
  let from = 0
  for (let at = nextDigit(text, 0); at < text.length; at = nextDigit(text, from)) {
    readChain(text, Math.max(from, 0), at, chain)
    from = chain.ends.at(-1) ?? at + 1
    if (isLong(chain)) windowsOf(text, chain, isKnown, take)
    // A group that is cut off here would be read as a shorter one.
    while (isWordAt(text, from)) from += 1
  }
}

function nextDigit(text: string, from: number): number {
  let at = from
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code <= 57 && code >= 48) break
  }
  return at
}

function readChain(text: string, least: number, at: number, chain: Chain): void {
  chain.starts.length = 0
  chain.ends.length = 0
  chain.digits.length = 0
  let start = at
  while (start > least && at - start <= MAX_LENGTH && isWordAt(text, start - 1)) start -= 1
  lettersBefore(text, least, start, chain)
  for (let more = true; more && chain.starts.length < MAX_CHAIN; ) {
    const { end, kinds } = groupAt(text, start)
    more = (kinds & HAS_DIGIT) !== 0 || (kinds === HAS_UPPER && end - start <= 3)
    if (!more) break
    push(chain, start, end, kinds === HAS_DIGIT)
    more = classAt(text, end) === SEPARATOR && isWordAt(text, end + 1)
    start = end + 1
  }
}

function push(chain: Chain, start: number, end: number, digits: boolean): void {
  chain.starts.push(start)
  chain.ends.push(end)
  chain.digits.push(digits)
}

/** `AB` of `AB 12 34 56 C`, and `RSS MRA` of `RSS MRA 85T10 A562S`. */
function lettersBefore(text: string, least: number, start: number, chain: Chain): void {
  const found: [number, number][] = []
  for (let end = start - 1; found.length < 2 && end > least; ) {
    let first = end
    while (first > least && end - first <= 3 && classAt(text, first - 1) === UPPER) first -= 1
    const bounded = first === 0 || !isWordAt(text, first - 1)
    if (classAt(text, end) !== SEPARATOR || first === end || end - first > 3 || !bounded) break
    found.push([first, end])
    end = first - 1
  }
  for (const [first, end] of found.reverse()) push(chain, first, end, false)
}

const HAS_DIGIT = 1 << DIGIT
const HAS_UPPER = 1 << UPPER

/** Where a group ends, and of which kinds its first characters are: more of them are no number. */
function groupAt(text: string, start: number): { readonly end: number; readonly kinds: number } {
  let kinds = 0
  let end = start
  for (let kind = classAt(text, end); kind >= DIGIT && kind <= LOWER; kind = classAt(text, end)) {
    if (end - start < MAX_LENGTH) kinds |= 1 << kind
    end += 1
  }
  return { end, kinds }
}

function windowsOf(
  text: string,
  chain: Chain,
  isKnown: (key: number) => boolean,
  take: (window: Window) => void,
): void {
  const { starts } = chain
  for (let first = 0; first < starts.length; first += 1) {
    const most = Math.min(starts.length, first + MAX_GROUPS)
    let key = 0
    let length = 0
    for (let last = first; last < most; last += 1) {
      const size = sizeOf(chain, last)
      length += size
      if (length > MAX_LENGTH) break
      key = key * 32 + size
      if (length >= FEWEST && isKnown(key) && isFree(text, chain, first, last))
        take(windowAt(chain, first, last, key))
    }
  }
}

function sizeOf({ starts, ends }: Chain, index: number): number {
  return (ends[index] ?? 0) - (starts[index] ?? 0)
}

function windowAt(chain: Chain, first: number, last: number, key: number): Window {
  const goesOn = (one: number, next: number): boolean =>
    chain.digits[next] === true && sizeOf(chain, one) === sizeOf(chain, next)
  return {
    start: chain.starts[first] ?? 0,
    end: chain.ends[last] ?? 0,
    key,
    isPart: first < last && (goesOn(first, first - 1) || goesOn(last, last + 1)),
  }
}

function isFree(text: string, { starts, ends }: Chain, first: number, last: number): boolean {
  return isFreeBefore(text, starts[first] ?? 0) && isFreeAfter(text, ends[last] ?? 0)
}

/** Parts of names, paths, amounts, decimals and URLs are no numbers of people. */
function isFreeBefore(text: string, start: number): boolean {
  return start === 0 || !'-./+#$€£¥%@\\&?~'.includes(text[start - 1] ?? '')
}

function isFreeAfter(text: string, end: number): boolean {
  const after = text[end] ?? ''
  if ('%@$€£_\\~'.includes(after) && after !== '') return false
  return !('-./:'.includes(after) && after !== '' && isWordAt(text, end + 1))
}
