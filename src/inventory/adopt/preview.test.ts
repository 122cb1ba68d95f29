import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineDiff } from './line-diff.ts'
import { nodeFiles } from './node-files.ts'
import { planAdoption } from './plan.ts'
import { masked, previewPlan } from './preview.ts'
import { FILES, makeHome, PASSWORD, SENSE, TOKEN } from './testing/home.ts'

test('a plan is shown file by file, with the lines that change and no secret', () => {
  const home = makeHome()
  const { plan } = planAdoption(home.configs, home.parts)
  const shown = previewPlan(plan, nodeFiles(), SENSE)
  expect(shown.map(({ problem }) => problem)).toEqual([undefined, undefined, undefined, undefined])
  const text = shown.flatMap(({ diff }) => diff).join('\n')
  expect(text).not.toMatch(new RegExp(`${TOKEN}|${PASSWORD}`))
  expect(text).toContain('-      "env": { "GITHUB_TOKEN": "********" },')
  expect(text).toContain('"http://localhost:7463/mcp/web"')
  writeFileSync(home.pathOf('mcp.json'), '{}')
  expect(previewPlan(plan, nodeFiles(), SENSE)[1]).toMatchObject({
    diff: [],
    problem: 'the file changed since it was read',
  })
})

test.each(Object.keys(FILES))('however %s is written, what it keeps is masked', (name) => {
  const { text = '', format = 'json' } = FILES[name] ?? {}
  const shown = masked(text, format, SENSE)
  expect(shown).toContain('********')
  expect(shown).not.toMatch(new RegExp(`${TOKEN}|${PASSWORD}`))
})

test.each([
  ['{"a":{"env":{"X":"hid\\u0064en"}},"b":{"args":["--token","hid\\u0064en"]}}', 'json'],
  ['{"a":{"url":"https://u:hidden@h.example/mcp"}}', 'json'],
  ['{"a":{"headers":{"X":"hidden"}}} // ghp_aaaaaaaaaaaaaaaaaaaaaaaahidden', 'jsonc'],
  ['a:\n  env:\n    X: |\n      first\n      hidden\n', 'yaml'],
  ['a:\n  env: &x {X: hidden}\nb:\n  env: *x\n', 'yaml'],
  ['[a.env]\nX = """\nfirst\nhidden"""\n', 'toml'],
  ['[a]\nenv.X = "hidden"\n', 'toml'],
] as const)('%s shows nothing of what it hides', (text, format) => {
  const shown = masked(text, format, SENSE)
  expect(shown ?? '').not.toMatch(/hidden|hid.u0064en/)
})

/** Applies a diff without context. */
function patched(before: string, diff: readonly string[]): string {
  const lines = before.split('\n').slice(0, -1)
  let moved = 0
  let at = 0
  for (const line of diff.slice(2)) {
    const [, start = '', count = ''] = /^@@ -(\d+),(\d+) /.exec(line) ?? []
    if (start !== '') at = Number(start) - (count === '0' ? 0 : 1) + moved
    else if (line.startsWith('-')) {
      expect(lines.splice(at, 1)).toEqual([line.slice(1)])
      moved -= 1
    } else {
      lines.splice(at, 0, line.slice(1))
      at += 1
      moved += 1
    }
  }
  return lines.map((line) => `${line}\n`).join('')
}

test('a diff says exactly what changes', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
  const text = lines.map((list) => list.map((line) => `${line}\n`).join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(patched(before, lineDiff(before, after, 'file'))).toBe(after)
    }),
    { numRuns: 100 },
  )
})
