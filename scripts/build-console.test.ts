import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const FOLDER = 'dist/console'
/** Bytes of JavaScript and CSS of the whole console, compressed. */
const BUDGET = 500_000

const files = existsSync(FOLDER)
  ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map((name) => join(FOLDER, name))
  : []
const withEnding = (ending: string) => files.filter((file) => file.endsWith(ending))
const size = (all: readonly string[]) => all.reduce((sum, file) => sum + statSync(file).size, 0)

test('the whole console stays within its budget', () => {
  const code = [...withEnding('.js.gz'), ...withEnding('.css.gz')]
  expect(code.length).toBeGreaterThan(10)
  expect(size(code)).toBeLessThan(BUDGET)
})

test('everything of it that is text is there compressed, and nothing as a map of sources', () => {
  const texts = files.filter((file) => /\.(js|css|html|svg)$/.test(file))
  for (const file of texts)
    for (const ending of ['.gz', '.br']) expect(files).toContain(file + ending)
  expect(withEnding('.map')).toEqual([])
})

test('its page holds nothing inline and names nothing of another origin', () => {
  const page = readFileSync(join(FOLDER, 'index.html'), 'utf8')
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\bon\w+=/)
  const addresses = [...page.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address)
  expect(addresses.length).toBeGreaterThan(2)
  for (const address of addresses) expect(address).toMatch(/^\/console\/assets\/[\w.-]+$/)
})
