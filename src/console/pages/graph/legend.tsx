import { CircleCheck, CircleHelp, Eye, type LucideIcon, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFilter } from '../../app/place.tsx'
import { type GraphEdge, VERDICTS, type Verdict } from './flows.ts'

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  permit: 'Permitted',
  observed: 'Would deny',
  ask: 'Asked',
  deny: 'Denied',
}

const SIGNS: Readonly<Record<Verdict, LucideIcon>> = {
  permit: CircleCheck,
  observed: Eye,
  ask: CircleHelp,
  deny: OctagonX,
}

/** How links look; pressing one shows its traffic alone. */
export function Legend({ edges }: { readonly edges: readonly GraphEdge[] }): ReactNode {
  const [chosen, choose] = useFilter('decision')
  // Every call goes from somebody to a client, once.
  const first = edges.filter(({ from }) => from.startsWith('subject '))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent
    <div className="graph-legend" role="group" aria-label="Show only traffic that was">
      {VERDICTS.map((verdict) => {
        const Sign = SIGNS[verdict]
        const calls = first.reduce((sum, edge) => sum + edge.calls[verdict], 0)
        return (
          <button
            key={verdict}
            type="button"
            className="graph-key"
            aria-pressed={chosen === verdict}
            onClick={() => choose(chosen === verdict ? undefined : verdict)}
          >
            <svg
              className="graph-sample"
              data-verdict={verdict}
              viewBox="0 0 28 10"
              aria-hidden="true"
            >
              <path d="M0 5H28" className="graph-link" data-verdict={verdict} strokeWidth={9} />
            </svg>
            <Sign aria-hidden className="graph-sign" data-verdict={verdict} />
            {VERDICT_WORDS[verdict]} <span className="numbers quiet">{calls}</span>
          </button>
        )
      })}
    </div>
  )
}
