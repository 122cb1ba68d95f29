/** A text with places for arguments: `${name}`. What stands between them never changes. */
export type Template = readonly Part[]
export type Part = string | { readonly argument: string }

/** What can be put into a text. */
export type Scalar = string | number | boolean

/** A text with its arguments filled in, or why one of them does not fit, in public words. */
export type Filled = { readonly text: string } | { readonly argument: string; readonly why: string }

/** A template that was checked: no value of its arguments changes what it is made of. */
export type Fill = (values: Readonly<Record<string, Scalar>>) => Filled

/** Names that a template may hold. */
export const ARGUMENT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/** Reads a template; a message when a `${` in it begins no name. Linear. */
export function readTemplate(text: string): Template | { readonly wrong: string } {
  const parts: Part[] = []
  let from = 0
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', from)) {
    const end = text.indexOf('}', at)
    const argument = end < 0 ? '' : text.slice(at + 2, end)
    if (!ARGUMENT_NAME.test(argument)) return { wrong: 'a `${` begins no name of an argument' }
    if (at > from) parts.push(text.slice(from, at))
    parts.push({ argument })
    from = end + 1
  }
  if (from < text.length) parts.push(text.slice(from))
  return parts
}

/** The arguments that a template names, each once. */
export function argumentsIn(template: Template): ReadonlySet<string> {
  return new Set(template.flatMap((part) => (typeof part === 'string' ? [] : [part.argument])))
}

/** The text of a value; one that was declared but not given has none. */
export function textIn(values: Readonly<Record<string, Scalar>>, argument: string): string {
  return Object.hasOwn(values, argument) ? String(values[argument]) : ''
}

/** Fills a template, each value in the form that `written` gives it. */
export function join(
  template: Template,
  written: (argument: string, index: number) => string,
): string {
  return template
    .map((part, index) => (typeof part === 'string' ? part : written(part.argument, index)))
    .join('')
}
