import {
  ARGUMENT_ROLES,
  type FlowFacts,
  ORIGINS,
  type Sighting,
  type ValueOrigin,
} from '../../kernel/flow.ts'
import { isOf } from '../flow-view.ts'
import { quoted as literal } from '../language/print-value.ts'
import { quoted } from '../public-text.ts'
import type { Read } from './read.ts'

/** Values of one clause beyond this are counted. */
const MOST = 6

/**
 * What stands behind a clause that reads `context.provenance` or `context.flow`: each value with its argument,
 * and where it came from, with what stands around it there. A line each; values and quotes are what servers
 * and callers wrote, with nothing in them that breaks a line.
 */
export function originsBehind(
  reads: readonly Read[],
  flow: FlowFacts | undefined,
): readonly string[] {
  if (flow === undefined) return []
  const names = reads.flatMap(({ path }) => /^context\.(?:provenance|flow)\.\w+$/.exec(path) ?? [])
  return [...new Set(names)].flatMap((path) => behind(path, flow))
}

function behind(path: string, flow: FlowFacts): readonly string[] {
  const [, holder, name = ''] = path.split('.')
  if (holder === 'flow') return readBefore(name, flow)
  if (name === 'carries') return carried(flow)
  return listed(worst(flow.values.filter((value) => isNamed(value, name))))
}

function isNamed(value: ValueOrigin, name: string): boolean {
  const { link, origin, doubt } = value
  if (ARGUMENT_ROLES.some((one) => one === name)) return isOf(name, value)
  if (name === 'doubtful') return doubt === true
  return name === 'links' ? link === true : origin === name
}

/** Who reads the reason wants what is in the way: what is named by text of others, if anything is. */
function worst(values: readonly ValueOrigin[]): readonly ValueOrigin[] {
  const rank = ({ origin }: ValueOrigin): number => ORIGINS.indexOf(origin)
  const named = values.filter((value) => rank(value) >= ORIGINS.indexOf('members'))
  const foreign = values.filter(
    (value) => rank(value) >= ORIGINS.indexOf('listed') || value.doubt === true,
  )
  return (named.length > 0 ? named : foreign).toSorted((left, right) => rank(right) - rank(left))
}

function listed(values: readonly ValueOrigin[]): readonly string[] {
  const more = values.length - MOST
  const lines = values.slice(0, MOST).map(originText)
  return more > 0 ? [...lines, `and ${more} more`] : lines
}

/** Where one value of an argument came from, in a line. */
export function originText(value: ValueOrigin): string {
  const { at, role, link, value: text } = value
  const place = at === '' ? 'the arguments' : quoted(at)
  const what = `${role} ${place} ${link === true ? 'with the link ' : ''}${literal(text)}`
  const doubt = value.doubt === true ? ', and is too short to tell whether text means it' : ''
  return `${what} ${cameFrom(value)}${doubt}`
}

function cameFrom({ origin, sightings: [first] }: ValueOrigin): string {
  switch (origin) {
    case 'subject':
      return 'is in nothing that was read'
    case 'trusted':
      return `was handed out by a trusted source, or confirmed by a person${first ? `: ${placeOf(first)}` : ''}`
    case 'listed':
      return `is an entry of ${first ? placeOf(first) : 'a list'}`
    case 'members':
    case 'untrusted': {
      if (first === undefined || first.likeness === 'forgotten')
        return 'may have been named by text that is no longer known'
      const whose = origin === 'members' ? 'text of members in' : 'the text of'
      return `${HOW[first.likeness]} ${whose} ${placeOf(first)}${quoteOf(first)}`
    }
  }
}

const HOW: Readonly<Record<Exclude<Sighting['likeness'], 'forgotten'>, string>> = {
  same: 'was named by',
  decoded: 'was named, in another writing, by',
  joined: 'was put together from',
  passage: 'repeats',
}

function placeOf({ server, target, field }: Sighting): string {
  return `${quoted(`${server}:${target}`)}${field === '' ? '' : ` (field ${quoted(field)})`}`
}

function quoteOf({ quote }: Sighting): string {
  return quote === '' ? '' : `: ${literal(quote)}`
}

function carried({ carries }: FlowFacts): readonly string[] {
  return carries.length === 0
    ? []
    : [`the arguments repeat ${carries.join(', ')} data that was read`]
}

function readBefore(name: string, flow: FlowFacts): readonly string[] {
  const { readUntrusted, readConfidential, complete, classes, since } = flow
  switch (name) {
    case 'untrusted': {
      const when = since === undefined ? 'before' : `since ${new Date(since).toISOString()}`
      return readUntrusted ? [`text that anybody may have written was read ${when}`] : []
    }
    case 'confidential':
      return readConfidential ? ['what is not for everybody was read before'] : []
    case 'complete':
      return complete ? [] : ['not all that was read before is still known']
    case 'classes':
      return classes.length === 0 ? [] : [`${classes.join(', ')} data was read before`]
    default:
      return []
  }
}
