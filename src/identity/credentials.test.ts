import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkForm, readAuthorization, type SentToken } from './credentials.ts'

function read(header: string | undefined): SentToken {
  const sent = readAuthorization(header)
  checkForm(sent.token)
  return sent
}

describe('the header', () => {
  test.each([
    ['Bearer abc', 'bearer', 'abc'],
    ['bearer abc', 'bearer', 'abc'],
    ['BEARER a.b-c_d~e+f/g==', 'bearer', 'a.b-c_d~e+f/g=='],
    ['DPoP abc', 'dpop', 'abc'],
    ['dpop abc', 'dpop', 'abc'],
  ] as const)('`%s` holds a token', (header, scheme, token) => {
    expect(read(header)).toEqual({ scheme, token })
  })

  test.each([undefined, '', 'Basic YTpi', 'abc', 'Bearerabc', 'Negotiate x', 'Bearer\tabc'])(
    '`%s` holds none',
    (header) => {
      expect(() => read(header)).toThrow(
        expect.objectContaining({
          code: 'token_missing',
          message: 'an access token is needed',
        }),
      )
    },
  )

  test.each([
    'Bearer',
    'Bearer ',
    'Bearer  abc',
    'Bearer abc ',
    'Bearer abc def',
    'Bearer abc, Bearer def',
    'Bearer a"b',
    'Bearer =abc',
    'Bearer ab=c',
    'DPoP',
    'Bearer abc\u00e9',
    `Bearer ${'a'.repeat(16_385)}`,
  ])('`%s` is malformed', (header) => {
    expect(() => read(header)).toThrow(
      expect.objectContaining({
        code: 'authorization_malformed',
        message: 'the authorization header is malformed',
      }),
    )
  })

  test('of any form is read or refused', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('', 'Bearer ', 'DPoP '),
        (text, scheme) => {
          let error: unknown
          try {
            expect(read(scheme + text).token).toMatch(/^[!-~]+$/)
          } catch (thrown) {
            error = thrown
          }
          if (error !== undefined)
            expect(['token_missing', 'authorization_malformed']).toContain(
              (error as { code: string }).code,
            )
        },
      ),
    )
  })
})
