/** What points to a value elsewhere, or has room for one. */
const REFERENCE =
  /^\$|\$\{|\$\(|\{\{|<[^<>]{1,80}>|^%[A-Za-z_]\w{0,80}%$|^\{[\w.: -]{1,80}\}$|^\[[\w .:-]{1,80}\]$|^(?:secret|op|env|vault|file|keychain):/
const MASKED = /\*{3}|•{3}|\.{3}|…|x{3}|_{4}|redacted|masked|^[-.?_]+$/i
/** Words by which people say that one's own belongs here. */
const WORDS =
  /(?:^|[^a-z])(?:your|my|change|changeme|replace|insert|enter|put|example|sample|dummy|placeholder|fake|todo|tbd|foo|bar|foobar|here|none|null|undefined|test)(?:[^a-z]|$)|^your|example|placeholder|changeme|goes.?here/i
/** Names of the thing in place of the thing. */
const ITSELF =
  /^(?:user(?:name)?|pass(?:word|wd)?|pwd|secret|token|key|api[-_ ]?(?:key|token)|access[-_ ]?token|bearer|credentials?|login|root|admin|guest|postgres|mysql|mongo|redis|p|pw|true|false|yes|no)$/i

/** Whether a value stands for another, or is made up for all to see. A name: a value that only repeats it is none. */
export function isPlaceholder(value: string, name = ''): boolean {
  const text = value.trim()
  if (text.length === 0 || new Set(text.toLowerCase()).size < 3) return true
  if (plain(text) === plain(name)) return true
  return isSequence(text) || [REFERENCE, MASKED, WORDS, ITSELF].some((form) => form.test(text))
}

/** Typed in a row, as `0123456789abcdef`: machines do not draw so. */
export function isSequence(text: string): boolean {
  const signs = plain(text)
  let steps = 0
  for (let at = 1; at < signs.length; at++)
    if (signs.charCodeAt(at) === signs.charCodeAt(at - 1) + 1) steps++
  return signs.length >= 6 && steps / (signs.length - 1) > 0.5
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}
