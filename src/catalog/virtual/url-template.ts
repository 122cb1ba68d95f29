import { type Fill, join, type Template, textIn } from './template.ts'

/** Scheme and authority, which no argument may touch, and what follows them. */
const FIXED = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]+[/?#]/i

/**
 * An address whose arguments stand in its path, the values of its query, or its fragment, each
 * percent-encoded as one component (RFC 3986, section 2.1). Scheme and authority are fixed, and the
 * path has the same segments for all values: the filled address is read by the WHATWG URL standard
 * and compared with what the template alone reads as.
 */
export function urlTemplate(template: Template): Fill | string {
  const [start] = template
  if (typeof start !== 'string' || !(template.length === 1 || FIXED.test(start)))
    return 'scheme and host of an address must be fixed'
  const probe = join(template, () => 'x')
  if (!URL.canParse(probe)) return 'expected an address such as `https://example.com/items`'
  if (!onlyInValues(template)) return 'in a query, arguments stand behind a `=`'
  const shape = shapeOf(new URL(probe))
  return (values) => {
    for (const part of template) {
      if (typeof part !== 'string' && !textIn(values, part.argument).isWellFormed())
        return { argument: part.argument, why: 'must be Unicode' }
    }
    const text = join(template, (argument) => encode(textIn(values, argument)))
    const same =
      URL.canParse(text) && shapeOf(new URL(text)) === shape && !hasDots(template, values)
    if (same) return { text }
    const part = template.find((each) => typeof each !== 'string')
    const argument = typeof part === 'object' ? part.argument : ''
    return { argument, why: 'must not be empty, `.` or `..` as a segment of a path' }
  }
}

/** Besides what RFC 3986 reserves, what some parsers treat as a separator or quote. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** What must not depend on values: everything but segments, values of the query and the fragment. */
function shapeOf(url: URL): string {
  const { protocol, username, password, host, pathname, searchParams, hash } = url
  const segments = pathname.split('/').map((segment) => segment !== '')
  const names = [...searchParams.keys()]
  return JSON.stringify([protocol, username, password, host, segments, names, hash !== ''])
}

/** A segment of dots, which servers may read as a folder even where the standard does not. */
function hasDots(template: Template, values: Parameters<Fill>[0]): boolean {
  const [path = ''] = join(template, (argument) => encode(textIn(values, argument))).split(/[?#]/)
  const [fixed = ''] = join(template, () => 'x').split(/[?#]/)
  const before = fixed.split('/')
  return path.split('/').some((segment, at) => segment !== before[at] && /^\.+$/.test(segment))
}

function onlyInValues(template: Template): boolean {
  let text = ''
  for (const part of template) {
    if (typeof part === 'string') {
      text += part
      continue
    }
    const [, query] = /^[^?#]*\?([^#]*)$/.exec(text) ?? []
    if (query !== undefined && !query.slice(query.lastIndexOf('&') + 1).includes('=')) return false
    text += 'x'
  }
  return true
}
