/** One tag of a page. */
export interface Tag {
  readonly name: string
  readonly closes: boolean
  readonly attributes: ReadonlyMap<string, string>
}

const VOID = ['meta', 'link', 'input', 'br', '!doctype']

/**
 * Reads the tags of a page, strictly: what a browser would have to guess about is an error.
 *
 * @throws Error for markup that is not well formed.
 */
export function readTags(page: string): readonly Tag[] {
  const tags: Tag[] = []
  let at = 0
  while (at < page.length) {
    const open = page.indexOf('<', at)
    const text = page.slice(at, open < 0 ? undefined : open)
    if (/>|&(?!(amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`text with markup: ${text}`)
    if (open < 0) break
    const match =
      /^<(\/?)([a-z][a-z0-9]*|!doctype)((?: [a-z-]+(?:="[^"<>]*")?)*)>/.exec(page.slice(open)) ?? []
    const [whole, slash, name, attributes] = match
    if (whole === undefined || name === undefined)
      throw new Error(`not a tag: ${page.slice(open, open + 60)}`)
    tags.push({ name, closes: slash === '/', attributes: readAttributes(attributes ?? '') })
    at = open + whole.length
  }
  checkNesting(tags)
  return tags
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [, name, value] of text.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)) {
    if (name === undefined) continue
    if (found.has(name)) throw new Error(`attribute ${name} twice`)
    found.set(name, value ?? '')
  }
  return found
}

function checkNesting(tags: readonly Tag[]): void {
  const open: string[] = []
  for (const { name, closes } of tags) {
    if (VOID.includes(name)) continue
    if (!closes) open.push(name)
    else if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`)
}

/** A page, as its rules look at it. */
interface Read {
  readonly page: string
  readonly tags: readonly Tag[]
  readonly named: (name: string) => readonly Tag[]
  readonly ids: readonly string[]
}

type Rule = (read: Read) => readonly string[]

/** What a page does wrong by rules that need no browser (WCAG 2.2, our policy for content). */
export function faultsOf(page: string): readonly string[] {
  const tags = readTags(page).filter((tag) => !tag.closes)
  const named = (name: string): readonly Tag[] => tags.filter((tag) => tag.name === name)
  const ids = tags.flatMap((tag) => tag.attributes.get('id') ?? [])
  return [frame, attributes, labels, tokens, inline, legends].flatMap((rule) =>
    rule({ page, tags, named, ids }),
  )
}

function unless(right: boolean, fault: string): readonly string[] {
  return right ? [] : [fault]
}

const frame: Rule = ({ page, named, ids }) => [
  ...unless(page.startsWith('<!doctype html>'), 'no doctype'),
  ...unless(named('html')[0]?.attributes.get('lang') === 'en', 'no language'),
  ...['title', 'h1', 'main', 'header', 'footer'].flatMap((one) =>
    unless(named(one).length === 1, `${named(one).length} times ${one}`),
  ),
  ...unless(new Set(ids).size === ids.length, 'an id twice'),
]

const attributes: Rule = ({ tags, ids }) =>
  tags.flatMap((tag) => [...tag.attributes].flatMap(([name, value]) => attribute(name, value, ids)))

function attribute(name: string, value: string, ids: readonly string[]): readonly string[] {
  if (name.startsWith('on') || name === 'style') return [`inline ${name}`]
  const refers = ['for', 'aria-describedby', 'aria-labelledby'].includes(name)
  const targets = refers
    ? value.split(' ')
    : name === 'href' && value.startsWith('#')
      ? [value.slice(1)]
      : []
  return [
    ...targets.flatMap((id) => unless(ids.includes(id), `${name} of nothing: ${id}`)),
    ...(['href', 'src', 'action'].includes(name)
      ? unless(/^(\/(?!\/)|#)/.test(value), `leads away: ${value}`)
      : []),
  ]
}

const labels: Rule = ({ named }) =>
  named('input')
    .filter((input) => input.attributes.get('type') !== 'hidden')
    .flatMap((input) => {
      const id = input.attributes.get('id')
      const labelled = named('label').some((label) => label.attributes.get('for') === id)
      return unless(labelled, `no label for ${input.attributes.get('name')}`)
    })

const tokens: Rule = ({ named }) => {
  const posts = named('form').filter((form) => form.attributes.get('method') === 'post').length
  const given = named('input').filter((one) => one.attributes.get('name') === 'token').length
  return unless(posts === given, `${posts} forms and ${given} tokens`)
}

const inline: Rule = ({ named }) => [
  ...named('script').flatMap((one) => unless(one.attributes.has('src'), 'a script inline')),
  ...unless(named('style').length === 0, 'a style inline'),
]

const legends: Rule = ({ page }) =>
  [...page.matchAll(/<fieldset>\s*(<[a-z]+)/g)].flatMap(([, tag]) =>
    unless(tag === '<legend', 'a fieldset without a legend'),
  )

/** The tags and names of attributes alone: what texts must not change. */
export function skeletonOf(page: string): string {
  return readTags(page)
    .map(({ name, closes, attributes }) => `${closes ? '/' : ''}${name} ${[...attributes.keys()]}`)
    .join('\n')
}
