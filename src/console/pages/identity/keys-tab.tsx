import { RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useChange, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { Button } from '../../design/button.tsx'
import { Chip, type Tone } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { Time } from '../../design/time.tsx'

const TONES: Readonly<Record<string, Tone>> = { active: 'good', next: 'accent', retired: 'plain' }

/** Keys that sign tokens, and those whose word about people and programs is taken. */
export function KeysTab(): ReactNode {
  return (
    <div className="inset stack">
      <SigningKeys />
      <Sources />
    </div>
  )
}

function SigningKeys(): ReactNode {
  const may = useMay('identity.write')
  const { ask, dialog } = useConfirm()
  const query = useRead('keys.list', {})
  const rotate = useChange('keys.rotate')
  const retire = useChange('keys.retire')
  return (
    <Section
      title="Keys that sign tokens"
      actions={
        may && (
          <Button
            icon={RotateCw}
            onClick={() =>
              ask({
                title: 'Begin a new key?',
                verb: 'Rotate',
                danger: false,
                words:
                  'The next key is published now, and signs as soon as everybody can have seen it.',
                run: () => rotate.mutateAsync({}),
              })
            }
          >
            Rotate
          </Button>
        )
      }
    >
      <Loaded query={query} rows={3}>
        {({ keys }) => (
          <ul className="rows">
            {keys.map(({ id, state, algorithm, since }) => (
              <li key={id}>
                <code className="rows-main">{id}</code>
                <span className="quiet">{algorithm}</span>
                <Chip tone={TONES[state] ?? 'plain'}>{state}</Chip>
                <span className="quiet">
                  since <Time at={since} />
                </span>
                {may && state !== 'retired' && (
                  <Button
                    size="small"
                    look="danger"
                    onClick={() =>
                      ask({
                        title: 'Take this key out at once?',
                        verb: 'Take it out',
                        words:
                          'For a key that may be in other hands: all that it signed is void, and everybody signs in again.',
                        run: () => retire.mutateAsync({ id }),
                      })
                    }
                  >
                    Take out
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {dialog}
    </Section>
  )
}

function Sources(): ReactNode {
  const query = useRead('idp.check', {})
  return (
    <Section title="Whose word is taken">
      <Loaded query={query} rows={2}>
        {({ sources }) =>
          sources.length === 0 ? (
            <p className="quiet">
              Nobody else’s: people sign in here. Login providers stand in the configuration.
            </p>
          ) : (
            <ul className="rows">
              {sources.map(({ kind, name, issuer, ok, reason }) => (
                <li key={`${kind} ${name}`}>
                  <span className="rows-main two-lines">
                    <b>{name}</b>
                    <code className="quiet">{issuer}</code>
                    {reason !== undefined && <span>{reason}</span>}
                  </span>
                  <span className="quiet">{kind}</span>
                  <Chip tone={ok ? 'good' : 'bad'}>{ok ? 'answers' : 'does not answer'}</Chip>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}
