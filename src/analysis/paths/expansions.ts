/** `$NAME`, `${…}`, `$1`, `$@`, `%NAME%`, as shells and cmd.exe have them. `%C3%` is an escape. */
const VARIABLE = /\$(?:[A-Za-z_]\w*|\{[^{}]*\}|[\d@*#?!$-])|%(?![\dA-Fa-f]{2}%)[A-Za-z_][\w()]*%/
const ALL_VARIABLES = new RegExp(VARIABLE, 'g')

/** A variable where the path starts decides where it leads. Names of the environment are in upper case. */
const LEADING_VARIABLE =
  /^(?:\$(?:[A-Z_][A-Z\d_]*(?![\w])|\w+(?=[\\/]|$)|\{[^{}]*\}|env:)|%(?![\dA-Fa-f]{2}%)[A-Za-z_][\w()]*%)/
const COMMAND = /\$\(|`[^`]*`|[<>]\(/

/** `~`, `~name` and `~+` with a folder behind, or alone; `~$report.docx` and `~draft.txt` are names. */
const HOME = /^~(?:[\w.+-]*[\\/]|[\w+-]*$)/

/** Innermost braces; a shell makes several words of those with a comma or two dots. */
const BRACES = /\{[^{}]*\}/g

/** Whether where a path starts is for the server to know: a home folder, a variable, a command. */
export function startsElsewhere(text: string): boolean {
  return HOME.test(text) || LEADING_VARIABLE.test(text) || COMMAND.test(text)
}

export function startsWithTilde(text: string): boolean {
  return text.startsWith('~')
}

export function hasVariable(text: string): boolean {
  return VARIABLE.test(text) || COMMAND.test(text)
}

/** As if no variable were set: `..$X/etc` leads up then. */
export function withoutVariables(text: string): string {
  return text.replace(ALL_VARIABLES, '')
}

export function hasGlob(text: string): boolean {
  const open = text.indexOf('[')
  if (/[*?]/.test(text) || (open >= 0 && text.lastIndexOf(']') > open + 1)) return true
  return (text.match(BRACES) ?? []).some((braces) => /,|\.\./.test(braces))
}

/**
 * What the first braces with a comma stand for (bash, "Brace Expansion"): one text for each word.
 * Undefined if there are none.
 */
export function braceExpanded(text: string): readonly string[] | undefined {
  const braces = (text.match(BRACES) ?? []).find((found) => found.includes(','))
  if (braces === undefined) return undefined
  const index = text.indexOf(braces)
  const [before, after] = [text.slice(0, index), text.slice(index + braces.length)]
  const words = braces.slice(1, -1).split(',')
  return words.map((word) => `${before}${word}${after}`)
}
