import { expect, test } from 'vitest'
import { createSecretFinder } from '../secrets.ts'
import { STRUCTURES } from '../structures/all.ts'
import { drawMatch, drawn } from '../testing/draw.ts'
import { NAMED_RULES, TOKEN_RULES } from './all.ts'

const finder = createSecretFinder()
/** Those that are found by their mark as well. */
const MARKED = new Set(TOKEN_RULES.map(({ id }) => id))
const ids = (text: string): readonly string[] => finder.find(text).map(({ type }) => type)

test('there are more than 150 rules, each with an id of its own kind', () => {
  const all = [...TOKEN_RULES, ...NAMED_RULES, ...STRUCTURES].map(({ id }) => id)
  expect(new Set(all).size).toBeGreaterThan(300)
  for (const id of all) expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
})

test.each(TOKEN_RULES.map((rule, at) => ({ rule, at, id: rule.id })))(
  'token $at $id: one of its form is found in any place, and one that is masked is not',
  ({ rule }) => {
    // Structures that only code can make (tokens in tokens) have tests of their own.
    const secret = drawMatch(rule.regex, (text) => {
      rule.regex.lastIndex = 0
      const match = rule.regex.exec(text)
      if (match?.[0] !== text) return false
      return rule.valid === undefined || rule.valid(match[1] ?? text, match) !== undefined
    })
    if (secret === undefined) {
      expect(['jwt', 'jwt-base64']).toContain(rule.id)
      return
    }
    for (const text of [secret, `see ${secret} there`, `x=("${secret}")`]) {
      const [hit] = finder.find(text)
      expect(hit, text).toBeDefined()
      expect(text.slice(hit?.start, hit?.end).length).toBeGreaterThanOrEqual(8)
    }
    if (rule.entropy === 0) return
    const masked = `${secret.slice(0, -Math.min(16, secret.length - 6))}${'x'.repeat(16)}`
    expect(ids(masked)).not.toContain(rule.id)
  },
)

test.each(NAMED_RULES.map((rule, at) => ({ rule, at, id: rule.id })))(
  'named $at $id: one of its form is found under its name, and not without it',
  ({ rule }) => {
    const secret = drawMatch(rule.value, (text) => rule.value.test(text))
    const name = `${rule.names[0]?.toUpperCase()}_TOKEN`
    expect(secret).toBeDefined()
    const text = `${name}=${secret}\n`
    const [hit] = finder.find(text)
    expect(hit, text).toBeDefined()
    expect(text.slice(hit?.start, hit?.end)).toBe(secret)
    if (!MARKED.has(rule.id)) expect(ids(`commit ${secret} was built`)).not.toContain(rule.id)
    expect(ids(`${name}=<your token here>`)).toEqual([])
  },
)

test('what is drawn by chance and marked as nothing is no secret', () => {
  for (let i = 0; i < 200; i++) expect(ids(`id ${drawn('abcdef0123456789', 40, i)}`)).toEqual([])
})
