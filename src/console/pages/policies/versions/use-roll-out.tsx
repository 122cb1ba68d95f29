import type { ReactNode } from 'react'
import { useChange } from '../../../api/queries.ts'
import { say } from '../../../app/say.ts'
import { useConfirm } from '../../../design/confirm.tsx'
import { type Observed, observedWords, question, type Rollout } from './roll-out-words.ts'

/** Puts versions in force, once somebody has read what will happen. */
export function useRollOut(now: Rollout): {
  readonly ask: (next: Pick<Rollout, 'version' | 'mode'>) => void
  readonly askPromote: (observed: Observed | undefined) => void
  readonly dialog: ReactNode
} {
  const { ask, dialog } = useConfirm()
  const activate = useChange('policies.activate')
  const promote = useChange('policies.promote')
  const current = now.seq
  return {
    dialog,
    ask(next) {
      const { words, ...asked } = question(now, next)
      ask({
        ...asked,
        words: <Sentences of={words} />,
        run: async () => {
          await activate.mutateAsync({ ...next, current })
          say(next.version === 0 ? 'Out of force' : `Version ${next.version} is in force`)
        },
      })
    },
    askPromote(observed) {
      const { words, ...asked } = question(now, { version: now.version, mode: 'enforce' })
      const seen = observed === undefined ? [] : [observedWords(observed)]
      ask({
        ...asked,
        words: <Sentences of={[...seen, ...words]} />,
        run: async () => {
          const done = await promote.mutateAsync({ current })
          say(`Version ${now.version} is enforced`, observedWords(done.observed))
        },
      })
    },
  }
}

function Sentences({ of }: { readonly of: readonly string[] }): ReactNode {
  return of.map((sentence) => <p key={sentence}>{sentence}</p>)
}
