import type { Page } from 'playwright-core'
import type { Login } from './operator.ts'

/** Fills in the login form that is open, and sends it. */
export async function signIn(page: Page, { user, password }: Login): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(user)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Signs in at the account page. */
export async function signInAtAccount(page: Page, issuer: string, login: Login): Promise<void> {
  await page.goto(`${issuer}/oauth/account`)
  await signIn(page, login)
  await seen(page, 'Your account')
}

/** Waits for the page under this heading. */
export function seen(page: Page, heading: string): Promise<void> {
  return page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
}

/** Presses a button. */
export function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}
