import { z } from 'zod'
import { FIRST_SIGHT } from '../kernel/pins.ts'
import { duration } from './fields.ts'

/** How the definitions of servers are pinned: what models see of them. */
export const definitions = z
  .strictObject({
    firstSight: z
      .enum(FIRST_SIGHT)
      .default('clean')
      .describe(
        'What happens to what a server shows when nothing of that list was ever pinned: `clean` approves what an analysis does not find poisoned, `trust` all of it, `quarantine` none. What comes or changes later always waits for a person.',
      ),
    recheck: z
      .union([z.literal('auto'), duration('0ms', '5m')], {
        error: 'expected `auto`, or a duration such as `2s`',
      })
      .prefault('auto')
      .meta({ title: '`auto`, or a duration, 0ms to 5m' })
      .describe(
        'How old a list of a server may be when a call rests on it; an older one is taken again before the call. `auto`: ten times as long as a list takes, from 10ms to 5s.',
      ),
    maxText: z
      .int()
      .min(200)
      .max(100_000)
      .default(8_000)
      .describe('Characters that models get of one text of a definition; what is longer is cut.'),
  })
  .prefault({})
  .describe('What is done about the definitions of servers: all that a model sees of them.')
