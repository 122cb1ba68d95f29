import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadPolicies } from './policy.ts'
import { ACTIONS, ENTITY_TYPES, SHAPES, type Shape } from './vocabulary.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const page = readFileSync(join(DOCS, 'reference/policies.md'), 'utf8')

/** Every path that a shape allows, and every word that it lists. */
function words(shape: Shape, path: string): readonly string[] {
  if (shape === 'open') return [path]
  if (Array.isArray(shape)) return [path, ...shape]
  return Object.entries(shape).flatMap(([name, inner]) =>
    words(inner, name === '*' ? `${path}["name"]` : `${path}.${name}`),
  )
}

test('the reference names all that a policy can speak of', () => {
  const known = [
    ...Object.entries(SHAPES).flatMap(([name, shape]) => words(shape, name)),
    ...ACTIONS.keys(),
    ...ENTITY_TYPES,
  ]
  expect(known.length).toBeGreaterThan(30)
  expect(known.filter((word) => !page.includes(`\`${word}\``))).toEqual([])
})

test('the reference names no attribute that does not exist', () => {
  const named = [
    ...page.matchAll(/`((?:resource|context)\.[a-zA-Z.]+(?:\["name"\][a-z.]*)?)`/g),
  ].map(([, path]) => path)
  const known = Object.entries(SHAPES).flatMap(([name, shape]) => words(shape, name))
  expect(named.length).toBeGreaterThan(10)
  const exists = (path = '') =>
    known.some((one) => one === path || one.startsWith(`${path}.`) || one.startsWith(`${path}[`))
  expect(named.filter((path) => !exists(path))).toEqual([])
})

test.each([
  'reference/policies.md',
  'how-to/write-a-policy.md',
  'how-to/screen-content.md',
  'how-to/keep-injected-text-from-acting.md',
  'tutorial/first-steps.md',
])('every policy in %s loads', (path) => {
  const text = readFileSync(join(DOCS, path), 'utf8')
  const blocks = [...text.matchAll(/```(cedar|yaml)\n([\s\S]*?)```/g)]
  const sources = blocks.flatMap(([, language, block = '']) => {
    if (language === 'yaml' && !/^(guards|limits|screens):/m.test(block)) return []
    return [{ file: `${path}.${language}`, text: block }]
  })
  const policies = sources.flatMap(({ text: block }) => block.match(/^@id\(/gm) ?? [])
  expect(policies.length).toBeGreaterThan(0)
  // What an example replaces is there.
  const balanced = readFileSync(join(DOCS, '../policies/balanced/balanced.yaml'), 'utf8')
  const set = loadPolicies([...sources, { file: 'balanced.yaml', text: balanced }], {
    places: { workspace: '/srv/project' },
    realRoot: (folder) => folder,
  })
  expect(set.policies.length).toBe(policies.length)
  expect(set.warnings).toEqual([])
})
