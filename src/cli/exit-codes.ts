/** How the process ends, and what that means: one row per exit code. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'done; nothing to report' },
  findings: { code: 1, meaning: 'something was found, or denied' },
  usage: { code: 2, meaning: 'the command line was not understood' },
  configuration: { code: 3, meaning: 'the configuration, or a file it needs, is wrong' },
  authentication: {
    code: 4,
    meaning: 'the gateway did not accept who we are, or nobody signed in',
  },
  unreachable: { code: 5, meaning: 'the gateway or the store does not answer' },
  internal: { code: 10, meaning: 'a fault of Bailiwick, or of its installation' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>

export type Exit = keyof typeof EXIT_CODES
