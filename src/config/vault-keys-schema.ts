import { z } from 'zod'
import { path } from './fields.ts'

/** Who keeps the keys that seal the vault. */
export const vaultKeys = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('age').describe('A file with an age identity on this machine.'),
      file: path().optional().describe('The file; `vault.age` in the data directory by default.'),
    }),
  ])
  .prefault({ kind: 'age' })
  .describe('Who keeps the keys that seal it.')
