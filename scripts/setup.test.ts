import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const file = new URL('../package.json', import.meta.url)
const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as { scripts: Record<string, string> }

test('what follows the set-up is not run by a `node` that the shell looked up before it', () => {
  const after = Object.values(scripts).flatMap(
    (script) => /^node scripts\/setup\.mjs && (.*)$/.exec(script)?.[1] ?? [],
  )
  expect(after.length).toBeGreaterThanOrEqual(4)
  for (const command of after) expect(command).toMatch(/^(npm run|vitest) /)
})
