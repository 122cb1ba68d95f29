import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cedarTokens } from './cedar-tokens.ts'

const POLICY = `// No mail.
@id("no-mail")
forbid (principal in Group::"crew", action, resource == Tool::"mail:send")
when { context.args has bcc && resource.risk like "h*\\"" || 3 < 4 };`

test('words, texts, comments and annotations are told apart', () => {
  const seen = cedarTokens(POLICY).filter(({ kind }) => kind !== 'plain' && kind !== 'sign')
  expect(seen.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'comment // No mail.',
    'annotation @id',
    'text "no-mail"',
    'effect forbid',
    'variable principal',
    'keyword in',
    'type Group',
    'text "crew"',
    'variable action',
    'variable resource',
    'type Tool',
    'text "mail:send"',
    'keyword when',
    'variable context',
    'keyword has',
    'variable resource',
    'keyword like',
    'text "h*\\""',
    'number 3',
    'number 4',
  ])
})

test('a text that nobody ended ends with its line', () => {
  const kinds = cedarTokens('"open\npermit').map(({ kind }) => kind)
  expect(kinds).toEqual(['text', 'plain', 'effect'])
})

test('nothing is lost, whatever the text', () => {
  const words = fc.constantFrom(
    '"',
    '\\',
    '//',
    '@id',
    'permit',
    '\n',
    '\u202e',
    '😀',
    '::',
    'é',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      expect(
        cedarTokens(text)
          .map((token) => token.text)
          .join(''),
      ).toBe(text)
    }),
  )
})
