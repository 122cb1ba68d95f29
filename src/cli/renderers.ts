import type { Renderers } from '../catalog/virtual/filling.ts'

/** How virtual tools put values into languages that only an analyser reads. */
export const RENDERERS: Renderers = {
  sql: () => ({ why: 'cannot be put into SQL' }),
}
