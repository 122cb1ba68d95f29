import { expect, test } from 'vitest'
import { fitting } from './fitting.ts'

const PAGES = ['Overview what is open', 'Live calls as they happen', 'Policies rules', 'My access']
const find = (search: string) => fitting(PAGES, search, (text) => text)

test('without a search everything stays as it comes', () => {
  expect(find('  ')).toEqual(PAGES)
})

test('every word must stand there, in any order and case', () => {
  expect(find('HAPPEN live')).toEqual(['Live calls as they happen'])
  expect(find('live rules')).toEqual([])
})

test('what begins a text comes before what begins a word, and that before the rest', () => {
  expect(fitting(['xpol', 'x pol', 'pol'], 'pol', (text) => text)).toEqual(['pol', 'x pol', 'xpol'])
})
