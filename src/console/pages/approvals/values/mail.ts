import type { Facts } from '../../../../kernel/facts.ts'

/** A message to somebody, as it stands among arguments. */
export interface Mail {
  /** Names of the members that say whom it goes to. */
  readonly to: readonly string[]
  readonly subject: string | undefined
  readonly body: string | undefined
}

const SUBJECT = new Set(['subject', 'title'])
const BODY = ['body', 'text', 'message', 'content', 'html', 'markdown']

/**
 * The message that the members of an object are: somebody whom an analyser read as a recipient, and
 * something that is told them. Undefined if they are none.
 *
 * @param at JSON Pointer of the object.
 */
export function mailIn(
  value: Readonly<Record<string, unknown>>,
  at: string,
  { recipients }: Pick<Facts, 'recipients'>,
): Mail | undefined {
  const names = Object.keys(value)
  const to = names.filter((name) => recipients.some((fact) => isWithin(fact.at, stepTo(at, name))))
  const texts = names.filter((name) => typeof value[name] === 'string' && !to.includes(name))
  const subject = texts.find((name) => SUBJECT.has(name.toLowerCase()))
  const body = BODY.map((word) => texts.find((name) => name.toLowerCase() === word)).find(
    (name) => name !== undefined,
  )
  return to.length === 0 || (subject ?? body) === undefined ? undefined : { to, subject, body }
}

/** A JSON Pointer one step deeper (RFC 6901). */
export function stepTo(at: string, name: string | number): string {
  return `${at}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Whether a place is another one, or lies in it. */
export function isWithin(place: string, outer: string): boolean {
  return place === outer || place.startsWith(`${outer}/`)
}
