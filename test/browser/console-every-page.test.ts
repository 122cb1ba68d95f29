import { afterAll, beforeAll, expect, test } from 'vitest'
import { PAGES, type PageId } from '../../src/console/app/pages.ts'
import { type Harbour, openHarbour } from './harbour.ts'

// Every page with real traffic. With `BAILIWICK_SCREENSHOTS` it takes the pictures of `docs/`.

let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour()
}, 180_000)
afterAll(() => harbour?.close())

/** What is open on a page, where the page alone would show little. */
const OPEN: Partial<Record<PageId, () => string>> = {
  approvals: () => `/${harbour.waiting[0]}`,
}

function addressOf(page: (typeof PAGES)[number]): string {
  return `${page.path}${OPEN[page.id]?.() ?? ''}`
}

test('every page holds its policy in dark and light, and asks nobody else', async () => {
  const tab = await harbour.open()
  for (const page of PAGES) {
    await tab.visit(addressOf(page))
    expect(await tab.page.locator('main').innerText(), page.id).not.toMatch(/\bRequest id\b/i)
    for (const theme of ['light', 'dark'] as const) {
      await tab.theme(theme)
      await tab.screenshot(page.id)
    }
  }
  tab.expectClean()
}, 180_000)

test('axe finds nothing on any page, in dark and light', async () => {
  const tab = await harbour.open({ policy: 'off for axe' })
  for (const page of PAGES) {
    await tab.visit(addressOf(page))
    expect(await tab.axe(), `${page.id}, dark`).toEqual([])
    await tab.theme('light')
    expect(await tab.axe('colours'), `${page.id}, light`).toEqual([])
    await tab.theme('dark')
  }
}, 400_000)
