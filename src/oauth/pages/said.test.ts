import { expect, test } from 'vitest'
import { hostText } from './said.ts'

test('hosts of other scripts are shown as the network knows them', () => {
  expect(hostText('аррӏе.com')).toBe('xn--80ak6aa92e.com')
  expect(hostText('CLIENT.example:8443')).toBe('client.example:8443')
  expect(hostText('\u202eevil')).toBe('[U+202E]evil')
})
