import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSecretFinder } from '../analysis/content/secrets/secrets.ts'
import { readSecretRules } from './secret-rules.ts'

const RULE = `rules:
  - id: acme-badge
    description: The number of a badge.
    regex: '\\bACME-[0-9]{8}\\b'
    keywords: [acme]
`

function file(text: string, name = 'rules.yaml'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'rules-')), name)
  writeFileSync(path, text)
  return path
}

test('what an operator calls a secret is one', () => {
  const finder = createSecretFinder({ rules: readSecretRules([file(RULE)]) })
  expect(finder.find('badge ACME-48151623 of Ann')).toMatchObject([{ rule: 'secret/acme-badge' }])
  expect(createSecretFinder().find('badge ACME-48151623 of Ann')).toEqual([])
})

test('a file that cannot be used says where', () => {
  const broken = file(RULE.replace('[0-9]{8}', '('))
  expect(() => readSecretRules([broken])).toThrow(`${broken}:4:`)
  expect(() => readSecretRules([join(tmpdir(), 'no-such-rules.yaml')])).toThrow('cannot be read')
  expect(() => readSecretRules([file(RULE), file(RULE)])).toThrow('two files have a rule')
})
