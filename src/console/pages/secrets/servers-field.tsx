import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { CheckField, TextField } from '../../design/form.tsx'
import { wordsIn } from './words.ts'

/** Which servers may be given a secret: those that there are, to tick; by name where nobody can say. */
export function ServersField({
  value,
  onChange,
}: {
  readonly value: readonly string[]
  readonly onChange: (servers: readonly string[]) => void
}): ReactNode {
  const known = useRead('me.connections', {}).data?.servers ?? []
  const hint = 'Nothing else ever gets it, whatever a configuration says.'
  if (known.length === 0)
    return (
      <TextField
        name="servers"
        label="Servers that may get it"
        hint={`Their names, separated by spaces. ${hint}`}
        required
        value={value.join(' ')}
        onChange={(text) => onChange(wordsIn(text))}
      />
    )
  return (
    <fieldset className="secrets-servers">
      <legend className="field-label">Servers that may get it</legend>
      <div className="secrets-boxes">
        {known.map(({ server }) => (
          <CheckField
            key={server}
            label={server}
            checked={value.includes(server)}
            onChange={(on) =>
              onChange(on ? [...value, server] : value.filter((one) => one !== server))
            }
          />
        ))}
      </div>
      <p className="field-hint">{hint}</p>
    </fieldset>
  )
}
