import { expect, test } from 'vitest'
import { stalePages } from './docs.ts'

test('the generated pages are up to date (`npm run docs` writes them)', () => {
  expect(stalePages()).toEqual([])
})
