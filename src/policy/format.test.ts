import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import { formatPolicies } from './format.ts'
import { policyText } from './testing/cedar-oracle.ts'
import { policies } from './testing/cedar-policies.ts'

const FILES = globSync(join(import.meta.dirname, '../../policies/*/*.cedar'))

function format(text: string): string {
  return formatPolicies({ file: 'a.cedar', text })
}

test('lays out, and keeps every comment', () => {
  const text = `// top
@id("a")   // of the id
permit(principal,action,resource) when{context.args.to like "http://*" && // here
true}; // end`
  expect(format(text)).toBe(`// top
@id("a") // of the id
permit (principal, action, resource)
when
{
  context.args.to like "http://*" && // here
  true
}; // end
`)
})

test.each(FILES)('%s is formatted without loss, and then stays', (file) => {
  const once = format(readFileSync(file, 'utf8'))
  expect(format(once)).toBe(once)
})

test('what is formatted means what it meant', () => {
  const property = fc.property(fc.array(policies(2), { minLength: 1, maxLength: 3 }), (all) => {
    // A change of meaning throws.
    expect(format(all.map((one) => policyText(one)).join('\n'))).not.toBe('')
  })
  fc.assert(property, {
    numRuns: 200,
    interruptAfterTimeLimit: 8000,
    markInterruptAsFailure: false,
  })
})

test.each([
  ['what does not parse', 'permit (principal, action, resource', 'a.cedar:1:'],
  [
    'what would lose a comment',
    'permit (principal, action, resource) when { [1, // why\n].contains(1) };',
    'a.cedar:1:1: formatting would lose a comment',
  ],
  ['a template', 'permit (principal == ?principal, action, resource);', 'templates'],
])('refuses %s', (_, text, message) => {
  const refused = () => format(text)
  expect(refused).toThrow(GatewayError)
  expect(refused).toThrow(message)
})

test('a file of comments, and an empty one', () => {
  expect(format('// only this')).toBe('// only this\n')
  expect(format('')).toBe('\n')
})
