import type { Asked } from './served.ts'
import { origin } from './served.ts'

/** A person in the console. */
export function inConsole(who: string): Asked {
  return {
    as: undefined,
    headers: {
      ...{ cookie: `session=${who}`, 'x-bailiwick-console': '1', origin },
      'sec-fetch-site': 'same-origin',
    },
  }
}
