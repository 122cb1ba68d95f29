import { z } from 'zod'

/** Others that keep secrets, by reference. */
export const secretSources = z
  .strictObject({})
  .prefault({})
  .describe('Others that keep secrets, for references such as `secret://hashicorp/PATH#FIELD`.')
