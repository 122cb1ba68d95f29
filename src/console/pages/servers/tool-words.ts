import type { Tool } from './server-state.ts'

/** Where the classes of a tool come from, in a few words. */
export function sourceOf({
  classed,
  classification,
}: Pick<Tool, 'classed' | 'classification'>): string {
  switch (classed) {
    case 'console':
      return 'stated here'
    case 'configuration':
      return 'configuration'
    case 'inferred':
      return `inferred, ${classification.confidence}`
  }
}
