import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/reference/controls.md'), 'utf8')
const rows = [...page.matchAll(/^\| ([A-K]\d) \| (.+?) \| (\w+) \| (.*) \|$/gm)].map(
  ([, id = '', , state = '', proof = '']) => ({
    id,
    state,
    proofs: [...proof.matchAll(/\[([^\]]+)\]\(\.\.\/\.\.\/([^)]+)\)/g)].map(
      ([, title = '', file = '']) => ({ title, file }),
    ),
  }),
)

describe('docs/reference/controls.md', () => {
  test('lists every promise once', () => {
    const sizes = { A: 7, B: 9, C: 4, D: 6, E: 4, F: 4, G: 4, H: 3, I: 2, J: 5, K: 3 }
    const ids = Object.entries(sizes).flatMap(([section, size]) =>
      Array.from({ length: size }, (_, index) => `${section}${index + 1}`),
    )
    expect(rows.map(({ id }) => id)).toEqual(ids)
  })

  test.each(rows)('$id is $state, and says why', ({ state, proofs }) => {
    expect(['done', 'partly', 'planned']).toContain(state)
    if (state === 'planned') expect(proofs).toEqual([])
    else expect(proofs.length).toBeGreaterThan(0)
    for (const { title, file } of proofs) {
      expect(existsSync(join(root, file)), `${file} exists`).toBe(true)
      expect(readFileSync(join(root, file), 'utf8'), `${file} has "${title}"`).toContain(title)
    }
  })
})
