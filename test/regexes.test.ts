import { globSync, readFileSync } from 'node:fs'
import { RegExpParser } from '@eslint-community/regexpp'
import { checkSync } from 'recheck'
import { expect, test } from 'vitest'
import { NAMED_RULES, TOKEN_RULES } from '../src/analysis/content/secrets/rules/all.ts'

interface Expression {
  readonly source: string
  readonly flags: string
  readonly where: string
}

/** What may stand before an expression; after anything else a slash divides. */
const LITERAL =
  /(?<=(?:[=(,:[!&|?{};+]|\breturn|\bcase|=>|^)\s*)\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/([dgimsuvy]*)(?![\w/])/gm

/** Folders where every expression is held to it. */
const files = globSync('src/analysis/content/secrets/**/*.ts').filter(
  (file) => !/\.test\.ts$|\/testing\//.test(file),
)
const literals = files.flatMap((where) => expressionsOf(where))
/** Those that only exist at run time. */
const built = [
  ...TOKEN_RULES.map(({ regex }) => regex),
  ...NAMED_RULES.map(({ value }) => value),
].map(({ source, flags }) => ({ source, flags, where: 'secrets/rules' }))
const all = [
  ...new Map(
    [...literals, ...built].map((each) => [`/${each.source}/${each.flags}`, each]),
  ).values(),
]

function expressionsOf(where: string): readonly Expression[] {
  const code = readFileSync(where, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  return [...code.matchAll(LITERAL)].flatMap(([, source = '', flags = '']) =>
    isExpression(source, flags) ? [{ source, flags, where }] : [],
  )
}

function isExpression(source: string, flags: string): boolean {
  try {
    new RegExpParser().parsePattern(source, 0, source.length, {
      unicode: /u/.test(flags),
      unicodeSets: /v/.test(flags),
    })
    return true
  } catch {
    return false
  }
}

/** Long repeats as endless ones: whoever is linear in those is linear in these, and it is told in no time. */
function loosened(source: string): string {
  return source.replaceAll(/(?<!\\)\{(\d+)(?:,(\d*))?\}/g, (whole, least: string, most?: string) =>
    Number(most === undefined || most === '' ? least : most) >= 12
      ? Number(least) === 0
        ? '*'
        : '+'
      : whole,
  )
}

function isSafe({ source, flags }: Expression): boolean {
  const params = { timeout: 10_000 } as const
  if (checkSync(loosened(source), flags, { ...params, checker: 'automaton' }).status === 'safe')
    return true
  return checkSync(source, flags, params).status === 'safe'
}

test('the scan sees the expressions', () => {
  expect(literals.length).toBeGreaterThan(50)
  expect(all.length).toBeGreaterThan(400)
  expect(isSafe({ source: '(a+)+$', flags: '', where: '' })).toBe(false)
})

test('no expression that looks for secrets takes more than linear time', {
  timeout: 180_000,
}, () => {
  const unsafe = all.filter((each) => !isSafe(each))
  expect(unsafe.map(({ source, flags, where }) => `${where}: /${source}/${flags}`)).toEqual([])
})
