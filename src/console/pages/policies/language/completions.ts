import type { Output } from '../../../api/call.ts'
import { KEYWORDS, VARIABLES } from './cedar-tokens.ts'

/** What policies can say here. */
export type Words = Output<'policies.completions'>

/** One thing to write. */
export interface Offer {
  readonly label: string
  readonly kind: 'annotation' | 'member' | 'name' | 'word' | 'type'
  /** Written instead of the label; `${}` is where the cursor stands then. */
  readonly snippet?: string
  /** Beside it: its type, or what it needs. */
  readonly detail?: string
}

export interface Offers {
  /** Offset in the text where what is replaced begins. */
  readonly from: number
  readonly offers: readonly Offer[]
}

const ENTITIES: Readonly<Record<string, (words: Words) => readonly string[]>> = {
  Action: ({ actions }) => actions.map(({ name }) => name),
  Tool: ({ tools }) => tools,
  Prompt: ({ prompts }) => prompts,
  Server: ({ servers }) => servers,
  User: ({ users }) => users,
  Agent: ({ agents }) => agents,
  Group: ({ groups }) => groups,
  Resource: ({ servers }) => servers.map((server) => `${server}:`),
}

/** What annotations can hold, where the gateway lists it. */
const VALUES: Readonly<Record<string, (words: Words) => readonly string[]>> = {
  mode: () => ['observe'],
  liftedBy: () => ['approval'],
  assurance: () => ['client', 'session', 'passkey'],
  accepts: () => ['unparsable'],
  limit: ({ limits }) => limits,
  approvers: ({ groups, users }) => [
    'self',
    ...groups.map((group) => `group:${group}`),
    ...users.map((user) => `user:${user}`),
  ],
}

const PATH = /(?<![\w.])(?:context|resource)(?:\.\w+|\["[^"\n]*"\])*/

/** What can be written at an offset of Cedar text; undefined where nothing is known. */
export function offersAt(text: string, at: number, words: Words): Offers | undefined {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  if (/^\s*\/\//.test(line)) return undefined
  return (
    ofAnnotation(line, at, words) ??
    ofEntity(line, at, words) ??
    ofBrackets(line, at, words) ??
    ofValue(line, at, words) ??
    (isInText(line) ? undefined : (ofMember(line, at, words) ?? ofWord(line, at)))
  )
}

/** The tool that the policy around an offset is about, if it names one. */
export function toolAround(text: string, at: number): string | undefined {
  const start = text.lastIndexOf(';', at - 1) + 1
  const end = text.indexOf(';', at)
  const policy = text.slice(start, end < 0 ? undefined : end)
  return /resource\s*==\s*Tool::"([^"\n]+)"/.exec(policy)?.[1]
}

function ofAnnotation(line: string, at: number, words: Words): Offers | undefined {
  const name = /(?:^|\s)@(\w*)$/.exec(line)?.[1]
  if (name !== undefined)
    return {
      from: at - name.length,
      offers: words.annotations.map(({ name: label, needs, on }) => ({
        label,
        kind: 'annotation',
        snippet: `${label}("\${}")`,
        detail: on === undefined ? needs : `${on}: ${needs}`,
      })),
    }
  const [, annotation = '', typed = ''] = /@(\w+)\("(?:[^"\n]*[\s,])?([^"\s,\n]*)$/.exec(line) ?? []
  const values = VALUES[annotation]
  return values === undefined ? undefined : named(at - typed.length, values(words))
}

function ofEntity(line: string, at: number, words: Words): Offers | undefined {
  const [, type = '', typed = ''] = /(\w+)::"([^"\n]*)$/.exec(line) ?? []
  const ids = ENTITIES[type]
  return ids === undefined ? undefined : named(at - typed.length, ids(words))
}

/** Names of guards and limits, and of arguments that are none of Cedar's. */
function ofBrackets(line: string, at: number, words: Words): Offers | undefined {
  const [, path = '', typed = ''] = /([\w.]+(?:\["[^"\n]*"\])*)\["([^"\n]*)$/.exec(line) ?? []
  if (path === '') return undefined
  if (path.endsWith('.guards')) return named(at - typed.length, words.guards)
  if (path.endsWith('.rate')) return named(at - typed.length, words.limits)
  const inside = words.members.flatMap(({ path: known }) =>
    known.startsWith(`${path}["`) ? [known.slice(path.length + 2).split('"', 1)[0] ?? ''] : [],
  )
  return named(at - typed.length, [...new Set(inside)])
}

/** The only values that a member can have, after a comparison with it. */
function ofValue(line: string, at: number, words: Words): Offers | undefined {
  const [, path, typed = ''] =
    new RegExp(
      String.raw`(${PATH.source})\s*(?:==|!=|\.contains(?:Any|All)?\()\s*\[?(?:\s*"[^"\n]*"\s*,)*\s*"([^"\n]*)$`,
    ).exec(line) ?? []
  const known = words.members.find((member) => member.path === path)?.words
  return known === undefined ? undefined : named(at - typed.length, known)
}

function ofMember(line: string, at: number, words: Words): Offers | undefined {
  const [, path, typed = ''] =
    new RegExp(String.raw`(${PATH.source})(?:\.|\s+has\s+)(\w*)$`).exec(line) ?? []
  if (path === undefined) return undefined
  const offers = words.members.flatMap((member): Offer[] => {
    if (!member.path.startsWith(`${path}.`)) return []
    const label = member.path.slice(path.length + 1)
    // One step at a time: what is further inside comes when one is there.
    if (!/^\w+$/.test(label)) return []
    return [
      { label, kind: 'member', detail: `${member.type}${member.required ? '' : ', optional'}` },
    ]
  })
  return { from: at - typed.length, offers }
}

function ofWord(line: string, at: number): Offers | undefined {
  const typed = /(?<![\w."@])(\w+)$/.exec(line)?.[1]
  if (typed === undefined) return undefined
  return {
    from: at - typed.length,
    offers: [
      ...['permit', 'forbid'].map(
        (label): Offer => ({ label, kind: 'word', snippet: BODY(label) }),
      ),
      ...[...KEYWORDS].map((label): Offer => ({ label, kind: 'word' })),
      ...[...VARIABLES].map((label): Offer => ({ label, kind: 'member' })),
      ...Object.keys(ENTITIES).map(
        (label): Offer => ({ label, kind: 'type', snippet: `${label}::"\${}"` }),
      ),
    ],
  }
}

const BODY = (effect: string): string =>
  `${effect} (principal, action == Action::"call", resource\${})`

function named(from: number, labels: readonly string[]): Offers {
  return { from, offers: labels.map((label) => ({ label, kind: 'name' })) }
}

function isInText(line: string): boolean {
  const quotes = line.replaceAll(/\\./g, '').match(/"/g)
  return (quotes?.length ?? 0) % 2 === 1
}
