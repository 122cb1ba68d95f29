/** Where people sign in; it sends them back to `return_to`. */
const SIGN_IN = '/oauth/account/login'
let leaving = false

/** The address of the login page that comes back to a page of the console. */
export function signInAddress(back: string): string {
  return `${SIGN_IN}?${new URLSearchParams({ return_to: back })}`
}

/** Leaves for the login page, once however many requests were refused. */
export function toSignIn(): void {
  if (leaving) return
  leaving = true
  const { pathname, search } = window.location
  window.location.assign(signInAddress(`${pathname}${search}`))
}
