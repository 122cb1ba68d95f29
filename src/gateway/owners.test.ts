import { expect, test } from 'vitest'
import { templateFits } from './owners.ts'

test.each([
  ['file:///{path}', 'file:///a/b', true],
  ['file:///{path}', 'http://a', false],
  ['test://item/{id}/data', 'test://item/7/data', true],
  ['test://item/{id}/data', 'test://item/7', false],
  ['test://item/{id}/data', 'test://item/data', false],
  ['a{x}b{y}c', 'a1b2c', true],
  ['a{x}b{y}c', 'a1c', false],
  ['plain://x', 'plain://x', true],
  ['plain://x', 'plain://xy', false],
  ['{+any}', 'anything', true],
])('`%s` and `%s`: %s', (template, uri, fits) => {
  expect(templateFits(template)(uri)).toBe(fits)
})
