/** Markup that only `html` makes: its fixed parts are ours, and everything else in it is escaped. */
export class Html {
  readonly #markup: string

  constructor(key: symbol, markup: string) {
    if (key !== MAKE) throw new Error('markup is made by `html` alone')
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

const MAKE = Symbol('make')

/** What may stand in markup. `undefined`, `null` and `false` stand for nothing. */
export type Content = Html | string | number | undefined | null | false | readonly Content[]

/** Where in markup a value stands: between tags, in a tag, or in a quoted value of an attribute. */
type Place = 'text' | 'tag' | 'double' | 'single'

const places = new WeakMap<TemplateStringsArray, readonly Place[]>()

/**
 * Makes markup of a template. Texts are escaped; markup may stand between tags only; in a tag, outside
 * of a quoted value, only markup (such as `html` checked``) may stand, never a text.
 *
 * @throws Error for a template that puts a value where it cannot be made safe.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  const where = placesOf(strings)
  let markup = strings[0] ?? ''
  for (const [i, value] of values.entries())
    markup += render(value, where[i] ?? 'tag') + (strings[i + 1] ?? '')
  return new Html(MAKE, markup)
}

function render(value: Content, place: Place): string {
  if (value === undefined || value === null || value === false) return ''
  if (isList(value)) return value.map((one) => render(one, place)).join('')
  if (value instanceof Html) {
    if (place === 'double' || place === 'single') throw new Error('markup in an attribute')
    return value.toString()
  }
  if (place === 'tag') throw new Error('text in a tag, outside of quotes')
  return escapeText(String(value))
}

function isList(value: Content): value is readonly Content[] {
  return Array.isArray(value)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '')
}

function placesOf(strings: TemplateStringsArray): readonly Place[] {
  const known = places.get(strings)
  if (known !== undefined) return known
  let place: Place = 'text'
  const found = strings.map((text) => {
    for (const char of text) place = after(place, char)
    return place
  })
  if (place !== 'text') throw new Error('template that ends inside a tag')
  places.set(strings, found)
  return found
}

/** Where each character leads, from each place; any other character stays. */
const STEPS: Readonly<Record<Place, Readonly<Record<string, Place>>>> = {
  text: { '<': 'tag' },
  tag: { '>': 'text', '"': 'double', "'": 'single' },
  double: { '"': 'tag' },
  single: { "'": 'tag' },
}

function after(place: Place, char: string): Place {
  return STEPS[place][char] ?? place
}
