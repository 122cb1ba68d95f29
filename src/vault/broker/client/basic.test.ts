import { expect, test } from 'vitest'
import { clientSecretBasic } from './basic.ts'

function headerOf(id: string, secret: string): string {
  const headers = new Headers()
  const client = { client_id: id } as never
  clientSecretBasic(secret)({} as never, client, new URLSearchParams(), headers)
  const [, pair = ''] = headers.get('authorization')?.split(' ') ?? []
  return Buffer.from(pair, 'base64').toString()
}

test('what needs no other writing stays as it is', () => {
  expect(headerOf('my-client_1.a', 'a-secret_1.*')).toBe('my-client_1.a:a-secret_1.*')
})

test('what would be read otherwise is written as in a form', () => {
  expect(headerOf('https://a.example/c:1', 'a b+c%é=&')).toBe(
    'https%3A%2F%2Fa.example%2Fc%3A1:a+b%2Bc%25%C3%A9%3D%26',
  )
})
