import type { MediaFact } from '../../kernel/facts.ts'
import type { Check } from './misfit.ts'

export interface MediaRule {
  /** `image/png`, or `image/*` for all of them. */
  readonly types: readonly string[]
  /** Of all embedded content of a call together. */
  readonly maxBytes: number | undefined
}

/** Everything embedded or named is of an allowed media type, and together not too large. */
export function mediaCheck({ types, maxBytes }: MediaRule): Check<MediaFact> {
  return (media) => {
    const strange = media.filter(({ type }) => !types.some((pattern) => typeMatches(pattern, type)))
    const bytes = media.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
    return [
      ...strange.map(({ at }) => ({ at, why: 'has a media type that the guard does not allow' })),
      ...(maxBytes === undefined || bytes <= maxBytes
        ? []
        : [{ at: '', why: `more than ${maxBytes} bytes are embedded` }]),
    ]
  }
}

function typeMatches(pattern: string, type: string): boolean {
  return pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
}
