import { readHost } from '../hosts/read-host.ts'
import { rawHost } from './split-url.ts'
import { mayStart, starts, type UrlStart } from './url-starts.ts'

/** How many URLs are read where no white space parts them. */
const MOST_IN_RUN = 64
/** Where a URL in a text ends at the latest, counted from the end of its host. */
const LONGEST_TAIL = 4_096
/** User names longer than this are left out: the host counts. */
const LONGEST_USER = 1_024
/** The longest host: 253 characters, each written as up to twelve. */
const LONGEST_HOST = 3_036
/** The longest host that is looked for after `www.`. */
const LONGEST_WWW = 300

/** What ends a URL: white space, controls, and signs that no URL has or that close a quotation. */
const RUN_END =
  '\\s\\p{Cc}<>"`{}|^\\u3001\\uff0c\\u300c\\u300d\\uff09\\u300b\\u3011\\u201c\\u201d\\u2018\\u2019'

/** A URL in a text, as far as a reader would take it. */
export interface UrlInText {
  readonly url: string
  readonly schemeless: boolean
}

/**
 * The URLs of a text; `more` once when there are others that are not given. Linear in the length of the
 * text: what ends a URL is looked for once, and no more than `MOST_IN_RUN` share an end.
 */
export function* urlsInText(text: string): Generator<UrlInText | 'more'> {
  if (!mayStart(text)) return
  const ends = endsOf(text)
  let run: Run = { end: -1, count: 0, seen: new Set() }
  let skipped = false
  for (const start of starts(text)) {
    const runEnd = ends.run(start.after)
    if (runEnd !== run.end) run = { end: runEnd, count: 0, seen: new Set() }
    const urls =
      start.kind === 'code' ? codeUrl(text, start, run) : hostedUrls(text, start, ends, run)
    run.count += urls.length
    if (run.count > MOST_IN_RUN) skipped ||= urls.length > 0
    else yield* urls.map((url) => ({ url, schemeless: start.prefix !== '' }))
  }
  if (skipped) yield 'more'
}

interface Ends {
  readonly run: (from: number) => number
  readonly host: (from: number) => number
  readonly odd: (from: number) => number
  readonly at: (from: number) => number
}

function endsOf(text: string): Ends {
  return {
    run: seeker(text, new RegExp(`[${RUN_END}]`, 'gu')),
    host: seeker(text, new RegExp(`[${RUN_END}/\\\\?#]`, 'gu')),
    // what no host is written with
    odd: seeker(text, /[!$&'()*+,;=~]/g),
    at: seeker(text, /@/g),
  }
}

/** Where a pattern is found next; asked in order, it looks at every character once. */
function seeker(text: string, pattern: RegExp): (from: number) => number {
  let [asked, answer] = [0, -1]
  return (from) => {
    if (asked <= from && from <= answer) return answer
    pattern.lastIndex = from
    asked = from
    answer = pattern.exec(text)?.index ?? text.length
    return answer
  }
}

/** What stands between two ends. */
interface Run {
  readonly end: number
  count: number
  /** What one of is enough. */
  readonly seen: Set<string | number>
}

function codeUrl(text: string, { index, after }: UrlStart, run: Run): readonly string[] {
  const scheme = text.slice(index, after).toLowerCase()
  if (run.seen.has(scheme)) return []
  run.seen.add(scheme)
  return [text.slice(index, Math.min(run.end, after + LONGEST_TAIL))]
}

function hostedUrls(text: string, start: UrlStart, ends: Ends, run: Run): readonly string[] {
  const from = slashesEnd(text, start.after)
  const hostEnd = ends.host(from)
  const user = ends.at(from) < hostEnd
  // whatever stands before the `@`, the host is the same
  if (user && start.kind !== 'slashes' && run.seen.has(hostEnd)) return []
  if (user) run.seen.add(hostEnd)
  const hostFrom = user ? text.lastIndexOf('@', hostEnd - 1) + 1 : from
  const hostTo = user ? hostEnd : Math.min(hostEnd, ends.odd(from))
  if (hostTo - hostFrom > (start.kind === 'www' ? LONGEST_WWW : LONGEST_HOST)) return []
  const tailTo = hostTo === hostEnd ? Math.min(run.end, hostEnd + LONGEST_TAIL) : hostTo
  const raw = text.slice(hostFrom, hostTo)
  const host = tailTo === hostTo ? withoutPunctuation(raw) : raw
  const users = hostFrom - from > LONGEST_USER ? 'x@' : text.slice(from, hostFrom)
  const before = start.prefix + text.slice(start.index, from) + users
  const shorter = latinPart(host).filter(isHost)
  if (!isHost(host)) return shorter.map((part) => before + part)
  const whole = before + host + withoutPunctuation(untilLink(text.slice(hostTo, tailTo)))
  return [whole, ...shorter.map((part) => before + part)]
}

function isHost(text: string): boolean {
  return readHost(rawHost(text)) !== undefined
}

/** A host up to where a sentence in another alphabet may go on: readers may stop there. */
function latinPart(host: string): readonly string[] {
  const end = host.search(/[^\p{Script=Latin}\p{M}\p{ASCII}]/u)
  const part = host.slice(0, Math.max(0, end)).replace(/(?<=^|[\p{L}\d])[^\p{L}\d]+$/u, '')
  return /\.[a-z]{2,63}$/i.test(part) ? [part] : []
}

function slashesEnd(text: string, from: number): number {
  let end = from
  while (text[end] === '/' || text[end] === '\\') end++
  return end
}

/** `[text](link)`: the text ends with its bracket. */
function untilLink(tail: string): string {
  return tail.split('](', 1)[0] ?? ''
}

/** Takes away what belongs to the sentence, and brackets that were opened before the URL. */
function withoutPunctuation(url: string): string {
  let end = url.length
  let open = count(url, '(') - count(url, ')')
  for (; end > 0; end--) {
    const last = url.charAt(end - 1)
    if (last === ')' && open < 0) open++
    else if (!/[?!.,:;*_~'\]]/.test(last) || isAddress(url, end)) break
  }
  return url.slice(0, end)
}

/** `[::1]` ends with its bracket. */
function isAddress(url: string, end: number): boolean {
  return /(?:^|@)\[[0-9a-f:.%]{2,64}\]$/i.test(url.slice(Math.max(0, end - 72), end))
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1
}
