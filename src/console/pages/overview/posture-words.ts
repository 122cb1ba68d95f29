import { pageAt } from '../../app/pages.ts'
import type { Place } from '../../app/place.tsx'
import { searchOf } from '../../app/search-text.ts'

type Severity = 'critical' | 'warning' | 'info'

const WORDS: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
  critical: ['critical', 'critical'],
  warning: ['warning', 'warnings'],
  info: ['note', 'notes'],
}

/** How many of each, as they are: nothing is weighed against anything. */
export function sumText(severities: readonly Severity[]): string {
  const parts = (['critical', 'warning', 'info'] as const).flatMap((severity) => {
    const count = severities.filter((one) => one === severity).length
    return count === 0 ? [] : [`${count} ${WORDS[severity][count === 1 ? 0 : 1]}`]
  })
  return parts.length === 0 ? 'nothing open' : parts.join(' · ')
}

/** Where the console puts something right; undefined for a page that it does not have. */
export function fixPlace(address: string): Place | undefined {
  const [path = '', query = ''] = address.split('?')
  const page = pageAt(path)?.id as Place['page'] | undefined
  if (page === undefined) return undefined
  const [, , item, part] = path.split('/')
  return {
    page,
    ...(item === undefined ? {} : { item }),
    ...(part === undefined ? {} : { part }),
    ...(query === '' ? {} : { search: searchOf(query) }),
  }
}

/** A text as the beginning of a sentence. */
export function capital(text: string): string {
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length)
}

/** Takes a text apart at its backticks. */
export function codeParts(
  text: string,
): readonly { readonly at: number; readonly code: boolean; readonly part: string }[] {
  return text
    .split('`')
    .map((part, at) => ({ at, code: at % 2 === 1, part }))
    .filter(({ part }) => part !== '')
}
