// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are of shells

import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Place } from '../analyser.ts'
import { shellAnalyser } from './shell.ts'
import { realShell } from './testing/real-shell.ts'

/** Ways to write a name that mean the same to every shell. */
const spelled = (name: string): fc.Arbitrary<string> =>
  fc
    .constantFrom<(text: string) => string>(
      (text) => text,
      (text) => `\\${text}`,
      (text) => `${text.charAt(0)}''${text.slice(1)}`,
      (text) => `"${text.charAt(0)}"${text.slice(1)}`,
      (text) => `'${text}'`,
      (text) => `${text.charAt(0)}\\\n${text.slice(1)}`,
    )
    .map((write) => write(name))

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Ways to have a command run as a part of something else. */
const WRAPS: readonly ((line: string) => string)[] = [
  (line) => `ls; ${line}`,
  (line) => `ls && ${line}`,
  (line) => `ls | { ${line}\n}`,
  (line) => `(${line})`,
  (line) => `{ ${line}\n}`,
  (line) => `! ${line}`,
  (line) => `if ${line}\nthen ls; fi`,
  (line) => `for i in a; do ${line}\ndone`,
  (line) => `case a in a) ${line}\n;; esac`,
  (line) => `f() { ${line}\n}; f`,
  (line) => `echo $( ${line}\n)`,
  (line) => `echo "$( ${line}\n)"`,
  (line) => `x="\${y:-$( ${line}\n)}"`,
  // A second one within would end where the first does.
  (line) => (line.includes('<<') ? line : `cat <<E\n$( ${line}\n)\nE\n`),
  (line) => `echo $(( $( ${line}\n) + 1 ))`,
  (line) => `eval ${quoted(line)}`,
  (line) => `sh -c ${quoted(line)}`,
  (line) => `env A=1 nice bash -c ${quoted(line)}`,
  (line) => `timeout 5 sh -c ${quoted(line)}`,
  (line) => `trap ${quoted(line)} EXIT`,
  (line) => (line.includes('<<') ? line : `sh <<'END'\n${line}\nEND\n`),
  (line) => `find . -maxdepth 0 -exec sh -c ${quoted(line)} \\;`,
  (line) => `# ls\n${line}`,
]

const FRONTS = [
  '',
  'command ',
  'exec ',
  'env ',
  'env -u A B=1 ',
  'nohup ',
  'nice -n 5 ',
  'A=1 ',
  '>f ',
  'timeout -k 1 5 ',
]

const hidden = fc
  .tuple(
    fc.constantFrom(...FRONTS),
    fc.constantFrom('rm', 'evil').chain(spelled),
    fc.array(fc.constantFrom(...WRAPS), { maxLength: 4 }),
  )
  .map(([front, name, wraps]) => wraps.reduce((line, wrap) => wrap(line), `${front}${name} x`))

/** Pieces of the grammar, in any order: most are no command, and some surprise. */
const SOUP = [
  ..."ls rm x a ; & | && || ( ) $( ` \" ' \\ $' # < > >f << <<< <( (( )) [[ ]] !( if then fi do done".split(
    ' ',
  ),
  ...['\n', ' ', '{ ', '; }', 'case a in a) ', 'esac', 'for i in a; do ', '; done', 'f() ', '&>f '],
  ...['eval ', 'env ', 'sh -c ', 'A=1 ', '$x', '${', '}', '*', '{a,b}', 'time ', 'coproc ', '$['],
]
const soup = fc
  .array(fc.constantFrom(...SOUP), { minLength: 2, maxLength: 12 })
  .map((all) => all.join(''))

describe('whatever is composed, what really runs is named', () => {
  const shell = realShell()
  afterAll(() => shell.end())

  const unnamed = (line: string): readonly string[] => {
    const reading = shellAnalyser.declared(line, { at: '/command' } as Place)
    if (!('facts' in reading)) return []
    const [fact] = reading.facts
    if (fact?.flags.includes('dynamic')) return []
    const ran = [...shell.ran('bash', line), ...shell.ran('sh', line)]
    return ran.filter((program) => !fact?.programs.includes(program))
  }

  const programsOf = (line: string): readonly string[] | undefined => {
    const reading = shellAnalyser.declared(line, { at: '/command' } as Place)
    return 'facts' in reading ? reading.facts.flatMap((fact) => fact.programs) : undefined
  }

  test('an obfuscated program is named, or the text is refused', () => {
    fc.assert(
      fc.property(hidden, (line) => {
        const programs = programsOf(line) ?? ['rm']
        expect(programs.some((program) => program === 'rm' || program === 'evil')).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('few are refused', () => {
    const refused = fc.sample(hidden, 1_000).filter((line) => programsOf(line) === undefined)
    expect(refused.length).toBeLessThan(50)
  })

  test('obfuscations run nothing else', () => {
    fc.assert(
      fc.property(hidden, (line) => {
        expect(unnamed(line)).toEqual([])
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  test('any text runs nothing else', () => {
    fc.assert(
      fc.property(soup, (line) => {
        expect(unnamed(line)).toEqual([])
      }),
      { numRuns: 400 },
    )
  }, 120_000)
})
