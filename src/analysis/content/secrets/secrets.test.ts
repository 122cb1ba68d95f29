import { expect, test } from 'vitest'
import { createSecretFinder } from './secrets.ts'

const finder = createSecretFinder()

test('a secret under its name is found, without the name', () => {
  const secret = ['Zk7', 'pQ2x', 'V9mT', '4rLw', '8sNd'].join('')
  const text = `API_TOKEN="${secret}"`
  const [hit] = finder.find(text)
  expect(text.slice(hit?.start, hit?.end)).toBe(secret)
  expect(hit).toMatchObject({ rule: 'secret/generic-api-key', certainty: 'likely' })
})
