import type { ShellFact } from '../../kernel/facts.ts'
import { textGlob } from './glob.ts'
import type { Check } from './misfit.ts'

export interface ShellRule {
  /** Names without folders, or whole paths as the command must spell them. */
  readonly programs: readonly string[]
  readonly operators: readonly string[]
  /** Whether input and output may be redirected. */
  readonly redirects: boolean
  /** Word by word; `*` within a word is any text, and as the last word any further words. */
  readonly argv: readonly (readonly string[])[] | undefined
}

/** Every command runs an allowed program by its plain name, in an allowed form. */
export function shellCheck(rule: ShellRule): Check<ShellFact> {
  const forms = rule.argv?.map(form)
  return (all) =>
    all.flatMap((shell) => reasons(shell, rule, forms).map((why) => ({ at: shell.at, why })))
}

type Words = ShellFact['commands'][number]
type Form = (words: Words) => boolean

function reasons(shell: ShellFact, rule: ShellRule, forms: readonly Form[] | undefined) {
  const { commands, programs, operators, redirects } = shell
  const spelled = commands.every((words) => isPlain(words[0], rule.programs))
  return [
    ...(spelled && programs.every((name) => isListed(name, rule.programs))
      ? []
      : ['runs a program that the guard does not allow']),
    ...(commands.length > 0 ? [] : ['has no command']),
    ...(forms === undefined || commands.every((words) => forms.some((fits) => fits(words)))
      ? []
      : ['has a command in a form that the guard does not allow']),
    ...(operators.every((operator) => rule.operators.includes(operator))
      ? []
      : ['has an operator that the guard does not allow']),
    ...(rule.redirects || redirects.length === 0 ? [] : ['redirects input or output']),
  ]
}

/** A program in some folder has the name of another one: it must be listed with its folder. */
function isPlain(word: string | null | undefined, listed: readonly string[]): boolean {
  if (word === null || word === undefined) return false
  return !/[/\\]/.test(word) || listed.includes(word)
}

function isListed(name: string, listed: readonly string[]): boolean {
  return listed.some(
    (one) => one.slice(Math.max(one.lastIndexOf('/'), one.lastIndexOf('\\')) + 1) === name,
  )
}

function form(pattern: readonly string[]): Form {
  const open = pattern.at(-1) === '*'
  const fixed = (open ? pattern.slice(0, -1) : pattern).map(textGlob)
  return (words) => {
    if (open ? words.length < fixed.length : words.length !== fixed.length) return false
    // A word that is only known at run time fits nothing.
    if (words.includes(null)) return false
    return fixed.every((fits, index) => fits(words[index] ?? ''))
  }
}
