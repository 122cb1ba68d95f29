import { spawn } from 'node:child_process'

/** How each system opens an address; the address stands last, and no shell ever reads it. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
}

/**
 * Opens an address in the person's browser: `$BROWSER` if it names one program, else what the system
 * has. Whether it worked cannot be known, so the address is shown as well.
 */
export function openBrowser(
  address: string,
  { BROWSER }: Readonly<Record<string, string | undefined>>,
): void {
  const own = BROWSER === undefined || BROWSER === '' ? undefined : ([BROWSER] as const)
  const [program, ...args] = own ?? OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
