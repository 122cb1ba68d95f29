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
  return Object.entries(shape).flatMap(([name, inner]) => words(inner, `${path}.${name}`))
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
  const named = [...page.matchAll(/`((?:resource|context)\.[a-z.]+)`/g)].map(([, path]) => path)
  const known = Object.entries(SHAPES).flatMap(([name, shape]) => words(shape, name))
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((path) => !known.includes(String(path)))).toEqual([])
})

test.each(['reference/policies.md', 'how-to/write-a-policy.md', 'tutorial/first-steps.md'])(
  'every policy in %s loads',
  (path) => {
    const text = readFileSync(join(DOCS, path), 'utf8')
    const blocks = [...text.matchAll(/```cedar\n([\s\S]*?)```/g)].map(([, block]) => String(block))
    expect(blocks.length).toBeGreaterThan(0)
    const sources = blocks.map((block) => ({ file: path, text: block }))
    expect(loadPolicies(sources).policies.length).toBe(blocks.length)
  },
)
